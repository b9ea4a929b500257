#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/secret_text.h"

namespace kboot {

/// A file that the booted system's initramfs finds in place when it starts. Only root can read it.
struct HandoffFile {
  std::string path;  ///< without a leading `/`
  SecretText contents;
  std::string meaning;  ///< for people: `key of LUKS volume 2f1c…`
};

/// Where systemd-cryptsetup(8) looks for keys by itself: a folder for root alone.
inline constexpr std::string_view kKeyFolder = "etc/cryptsetup-keys.d/";

/// What kboot knows and the booted system would have to find out again: `handoff=true`.
struct Handoff {
  std::vector<HandoffFile> files;
  std::vector<std::string> arguments;  ///< for the kernel's command line; never a secret
};

}  // namespace kboot
