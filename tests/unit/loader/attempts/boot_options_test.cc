#include "loader/attempts/boot_options.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "loader/attempts/efi_variables.h"
#include "tests/unit/fakes/temporary_folder.h"
#include "tests/unit/fakes/windows_program.h"

using namespace kboot;        // NOLINT(google-build-using-namespace)
using namespace kboot::test;  // NOLINT(google-build-using-namespace)
using namespace std::string_literals;

namespace {

constexpr const char* kGlobal = "-8be4df61-93ca-11d2-aa0d-00e098032b8c";

/// The option of a program with that title.
std::string titled(const std::string& title) {
  EfiProgram program = windows_program();
  program.title = title;
  return load_option(program);
}

/// efivarfs as a folder: contents begin with four bytes of attributes.
struct Firmware {
  TemporaryFolder folder;
  EfiVariables variables{folder.path()};
  void add(const std::string& name, const std::string& bytes) {
    folder.write(name + kGlobal, "\x07\0\0\0"s + bytes);
  }
  std::string value(const std::string& name) { return variables.read(name + kGlobal, 8).value_or("none"); }
  std::string next() { return value("BootNext"); }
};

}  // namespace

TEST_CASE_METHOD(Firmware, "boot options: those of BootOrder come first, the others by their numbers") {
  for (const char* name : {"Boot0000", "Boot0001", "Boot0002", "Boot001A"}) add(name, titled(name));
  add("BootOrder", "\x1a\0\x07\0\x01\0\x1a\0"s);  // 7 is not there, 1A is there twice
  add("BootCurrent", "\x1a\0"s);
  add("BootNext", "\x02\0"s);
  folder.write("Boot0003-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f", titled("of another vendor"));
  const BootOptions options = read_boot_options(variables);
  CHECK(options.diagnostics.empty());
  REQUIRE(options.options.size() == 4);
  CHECK(options.options[0].title() == "Boot001A");
  CHECK(options.options[0].order == 1U);
  CHECK(options.options[1].title() == "Boot0001");
  CHECK(options.options[1].order == 3U);
  CHECK(options.options[2].title() == "Boot0000");
  CHECK_FALSE(options.options[2].order);
  CHECK(options.options[3].title() == "Boot0002");
  CHECK(options.current == 0x1aU);
  CHECK(options.next == 2U);
  CHECK_FALSE(options.has_setup);
  CHECK(options.find(2) == &options.options[3]);
  CHECK(options.find(7) == nullptr);
}

TEST_CASE_METHOD(Firmware, "boot options: a machine without variables has none") {
  const BootOptions options = read_boot_options(variables);
  CHECK(options.options.empty());
  CHECK(options.diagnostics.empty());
  CHECK_FALSE(options.current);
  CHECK_FALSE(options.next);
}

TEST_CASE_METHOD(Firmware, "boot options: a malformed variable costs only itself") {
  add("Boot0000", "x");
  add("Boot0001", titled("good"));
  add("Boot0002", std::string(kMaxLoadOption + 1, 'x'));
  add("BootOrder", "\x01\0\x02"s);
  add("BootCurrent", "x");
  add("BootNext", "xxx");
  add("OsIndicationsSupported", "x");
  const BootOptions options = read_boot_options(variables);
  REQUIRE(options.options.size() == 1);
  CHECK(options.options[0].title() == "good");
  CHECK(options.options[0].order == 1U);
  std::vector<std::string> files;
  for (const Diagnostic& one : options.diagnostics) {
    files.push_back(one.file);
    CHECK(one.message.find("8be4df61") == std::string::npos);
  }
  CHECK(files == std::vector<std::string>{"BootOrder", "Boot0000", "Boot0002", "BootCurrent", "BootNext"});
}

TEST_CASE_METHOD(Firmware, "boot options: more than a thousand are not read") {
  for (unsigned number = 0; number < 1005; ++number) add(boot_option_name(number), titled("x"));
  const BootOptions options = read_boot_options(variables);
  CHECK(options.options.size() == 1000);
  REQUIRE(options.diagnostics.size() == 1);
  CHECK(options.diagnostics[0].str() == "Boot####: only the first 1000 options count");
}

TEST_CASE_METHOD(Firmware, "boot options: the one that is chosen is the next, unless it is gone") {
  add("Boot001A", titled("x"));
  set_boot_next(variables, 0x1a);
  CHECK(next() == "\x1a\0"s);
  CHECK_THROWS_WITH(set_boot_next(variables, 0x1b), "Boot001B: the firmware has no such boot option");
  CHECK(next() == "\x1a\0"s);
}

TEST_CASE_METHOD(Firmware, "boot options: the firmware's own option for a program is the next") {
  add("Boot0000", "x");
  EfiProgram other = windows_program();
  other.partuuid = "ff020304-0506-0708-090a-0b0c0d0e0f10";
  add("Boot0001", load_option(other));
  EfiProgram in_capitals = windows_program();
  in_capitals.path = "/EFI/MICROSOFT/Boot/bootmgfw.efi";
  add("Boot001A", load_option(in_capitals));
  set_boot_next(variables, windows_program());
  CHECK(next() == "\x1a\0"s);
  CHECK_FALSE(variables.has("Boot0080"s + kGlobal));
}

TEST_CASE_METHOD(Firmware, "boot options: where there is none for the program, one is made") {
  add("Boot0080", "in use");
  set_boot_next(variables, windows_program());
  CHECK(next() == "\x81\0"s);
  CHECK(variables.read("Boot0081"s + kGlobal, 4096) == load_option(windows_program()));
  // It is there the next time.
  set_boot_next(variables, windows_program());
  CHECK_FALSE(variables.has("Boot0082"s + kGlobal));
}

TEST_CASE_METHOD(Firmware, "boot options: the set-up is asked for where the firmware offers it") {
  CHECK_THROWS_WITH(ask_for_setup(variables), kNoSetup);
  add("OsIndicationsSupported", "\x02\0\0\0\0\0\0\0"s);
  CHECK_THROWS_WITH(ask_for_setup(variables), kNoSetup);
  CHECK_FALSE(variables.has("OsIndications"s + kGlobal));
  add("OsIndicationsSupported", "\x03\0\0\0\0\0\0\0"s);
  CHECK(read_boot_options(variables).has_setup);
  ask_for_setup(variables);
  CHECK(value("OsIndications") == "\x01\0\0\0\0\0\0\0"s);
  // What else was asked for stays.
  add("OsIndications", "\x04\0\0\0\0\0\0\0"s);
  ask_for_setup(variables);
  CHECK(value("OsIndications") == "\x05\0\0\0\0\0\0\0"s);
}
