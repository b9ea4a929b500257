#include "loader/attempts/firmware_boot.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "loader/attempts/efi_variables.h"
#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;        // NOLINT(google-build-using-namespace)
using namespace kboot::test;  // NOLINT(google-build-using-namespace)
using namespace std::string_literals;

namespace {

constexpr const char* kGlobal = "-8be4df61-93ca-11d2-aa0d-00e098032b8c";

EfiProgram windows() {
  EfiProgram program;
  program.title = "Windows Boot Manager";
  program.partuuid = "01020304-0506-0708-090a-0b0c0d0e0f10";
  program.partition = 1;
  program.start = 2048;
  program.size = 204800;
  program.path = "/EFI/Microsoft/Boot/bootmgfw.efi";
  return program;
}

/// efivarfs as a folder: contents begin with four bytes of attributes.
struct Firmware {
  TemporaryFolder folder;
  EfiVariables variables{folder.path()};
  void add(const std::string& name, const std::string& bytes) {
    folder.write(name + kGlobal, "\x07\0\0\0"s + bytes);
  }
  std::string next() { return variables.read(std::string("BootNext") + kGlobal, 2).value_or("none"); }
};

}  // namespace

TEST_CASE("firmware: a boot option is as UEFI 2.10 has it") {
  const std::string bytes = boot_option(windows());
  CHECK(bytes.substr(0, 4) == "\x01\0\0\0"s);
  CHECK(bytes.substr(6, 8) == "W\0i\0n\0d\0"s);
  // The head of a hard drive's node, its partition's number and first block.
  const std::size_t list = 6 + 2 * 21;
  CHECK(bytes.substr(list, 16) == "\x04\x01\x2a\0\x01\0\0\0\0\x08\0\0\0\0\0\0"s);
  CHECK(bytes.substr(list + 24, 18) ==
        "\x04\x03\x02\x01\x06\x05\x08\x07\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x02\x02"s);
  CHECK(bytes.substr(list + 42, 10) == "\x04\x04\x46\0\\\0E\0F\0"s);
  CHECK(bytes.ends_with("i\0\0\0\x7f\xff\x04\0"s));
  const auto read = parse_boot_option(bytes);
  REQUIRE(read);
  CHECK(read->partuuid == windows().partuuid);
  CHECK(read->path == windows().path);
}

TEST_CASE("firmware: no garbage is an option for a file") {
  const std::string whole = boot_option(windows());
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK_FALSE(parse_boot_option(whole.substr(0, size)));
  // Lengths of nodes that lead nowhere.
  CHECK_FALSE(parse_boot_option("\x01\0\0\0\x04\0\0\0\x04\x04\0\0"s));
  CHECK_FALSE(parse_boot_option("\x01\0\0\0\x04\0\0\0\x04\x04\xff\xff"s));
}

TEST_CASE("firmware: what an option cannot hold is an error") {
  EfiProgram program = windows();
  program.partuuid = "12345678-01";  // of a DOS table
  CHECK_THROWS_AS(boot_option(program), Error);
  program = windows();
  program.path = "/\xc3\xbc.efi";
  CHECK_THROWS_AS(boot_option(program), Error);
}

TEST_CASE_METHOD(Firmware, "firmware: the option that the firmware has is the next") {
  add("Boot0000", "x");
  EfiProgram other = windows();
  other.partuuid = "ff020304-0506-0708-090a-0b0c0d0e0f10";
  add("Boot0001", boot_option(other));
  EfiProgram in_capitals = windows();
  in_capitals.path = "/EFI/MICROSOFT/Boot/bootmgfw.efi";
  add("Boot001A", boot_option(in_capitals));
  set_boot_next(variables, windows());
  CHECK(next() == "\x1a\0"s);
  CHECK_FALSE(variables.has("Boot0080"s + kGlobal));
}

TEST_CASE_METHOD(Firmware, "firmware: where it has none for the program, one is made") {
  add("Boot0080", "in use");
  set_boot_next(variables, windows());
  CHECK(next() == "\x81\0"s);
  CHECK(variables.read("Boot0081"s + kGlobal, 4096) == boot_option(windows()));
  // It is there the next time.
  set_boot_next(variables, windows());
  CHECK_FALSE(variables.has("Boot0082"s + kGlobal));
}

TEST_CASE("firmware boot: the entry that systemd-boot started last") {
  const TemporaryFolder folder;
  const EfiVariables variables(folder.path());
  CHECK(last_booted_entry(variables) == std::nullopt);
  variables.write("LoaderEntryLastBooted-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f",
                  "d\0e\0b\0.\0c\0o\0n\0f\0\0\0"s);
  CHECK(last_booted_entry(variables) == "deb.conf");
}
