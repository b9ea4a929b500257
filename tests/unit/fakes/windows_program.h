#pragma once

#include "config/formats/load_option.h"

namespace kboot::test {

/// Windows on the first partition of a GPT, as its own set-up tells the firmware of it.
inline EfiProgram windows_program() {
  EfiProgram program;
  program.title = "Windows Boot Manager";
  program.partuuid = "01020304-0506-0708-090a-0b0c0d0e0f10";
  program.partition = 1;
  program.start = 2048;
  program.size = 204800;
  program.path = "/EFI/Microsoft/Boot/bootmgfw.efi";
  return program;
}

}  // namespace kboot::test
