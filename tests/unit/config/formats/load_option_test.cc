#include "config/formats/load_option.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/fakes/windows_program.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)
using kboot::test::windows_program;
using namespace std::string_literals;

namespace {

/// An option whose device path is an end alone.
std::string option(std::uint32_t attributes, const std::string& description) {
  return little_endian(attributes, 4) + "\x04\0"s + description + "\0\0"s + "\x7f\xff\x04\0"s;
}

}  // namespace

TEST_CASE("load option: it is as UEFI 2.10 has it") {
  const std::string bytes = load_option(windows_program());
  CHECK(bytes.substr(0, 4) == "\x01\0\0\0"s);
  CHECK(bytes.substr(6, 8) == "W\0i\0n\0d\0"s);
  // The head of a hard drive's node, its partition's number and first block.
  const std::size_t list = 6 + 2 * 21;
  CHECK(bytes.substr(list, 16) == "\x04\x01\x2a\0\x01\0\0\0\0\x08\0\0\0\0\0\0"s);
  CHECK(bytes.substr(list + 24, 18) ==
        "\x04\x03\x02\x01\x06\x05\x08\x07\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x02\x02"s);
  CHECK(bytes.substr(list + 42, 10) == "\x04\x04\x46\0\\\0E\0F\0"s);
  CHECK(bytes.ends_with("i\0\0\0\x7f\xff\x04\0"s));
  const auto read = parse_load_option(bytes);
  REQUIRE(read);
  CHECK(read->title == windows_program().title);
  CHECK(read->partuuid == windows_program().partuuid);
  CHECK(read->path == windows_program().path);
  CHECK(read->in_menu());
}

TEST_CASE("load option: no garbage is one") {
  const std::string whole = load_option(windows_program());
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK_FALSE(parse_load_option(whole.substr(0, size)));
  CHECK_FALSE(parse_load_option(std::string(kMaxLoadOption + 1, '\0')));
  // Lengths of nodes that lead nowhere, and a device path without an end.
  CHECK_FALSE(parse_load_option("\x01\0\0\0\x04\0\0\0\x04\x04\0\0"s));
  CHECK_FALSE(parse_load_option("\x01\0\0\0\x04\0\0\0\x04\x04\xff\xff"s));
  CHECK_FALSE(parse_load_option("\x01\0\0\0\x04\0\0\0\x04\x04\x04\0"s));
  CHECK_FALSE(parse_load_option("\x01\0\0\0\0\0\0\0"s));
}

TEST_CASE("load option: one without a file, with optional data behind its device path") {
  const auto read = parse_load_option(option(1, "P\0X\0E\0"s) + "initrd");
  REQUIRE(read);
  CHECK(read->title == "PXE");
  CHECK(read->path.empty());
  CHECK(read->partuuid.empty());
}

TEST_CASE("load option: its title is printable") {
  const auto title = [](const std::string& description) {
    return parse_load_option(option(1, description)).value().title;
  };
  CHECK(title("\xfc\0b\0\xac\x20"s) == "üb€");
  CHECK(title("\x3d\xd8\x27\xde"s) == "😧");
  CHECK(title("a\0\x3d\xd8"s + "b\0"s) ==
        "a\xef\xbf\xbd"
        "b");
  CHECK(title("a\0\x1b\0[\0"s) == "a\\x1b[");
  CHECK(title(" \0a\0 \0"s) == "a");
  CHECK(title("").empty());
  std::string longer;
  for (int i = 0; i < 1000; ++i) longer += "x\0"s;
  CHECK(title(longer).size() <= 203);
}

TEST_CASE("load option: the firmware's menu has what is active and not hidden") {
  const auto in_menu = [](std::uint32_t attributes) {
    return parse_load_option(option(attributes, "x\0"s)).value().in_menu();
  };
  CHECK(in_menu(0x001));
  CHECK(in_menu(0x003));
  CHECK(in_menu(0x101));  // an app
  CHECK_FALSE(in_menu(0x000));
  CHECK_FALSE(in_menu(0x009));
  CHECK_FALSE(in_menu(0x109));  // as OVMF has its set-up
  CHECK_FALSE(in_menu(0x201));  // a reserved category
}

TEST_CASE("load option: what one cannot hold is an error") {
  EfiProgram program = windows_program();
  program.partuuid = "12345678-01";  // of a DOS table
  CHECK_THROWS_AS(load_option(program), Error);
  program = windows_program();
  program.path = "/\xc3\xbc.efi";
  CHECK_THROWS_AS(load_option(program), Error);
}

TEST_CASE("load option: the names of variables and their numbers") {
  CHECK(boot_option_name(0x1a) == "Boot001A");
  CHECK(boot_option_number("Boot001A") == 0x1a);
  CHECK(boot_option_number("BootFFFF") == 0xffff);
  for (const char* other :
       {"Boot", "BootNext", "BootOrder", "Boot001a", "Boot1A", "Boot0001A", "Boot-001", ""})
    CHECK_FALSE(boot_option_number(other));
}
