#include "loader/boot/boot_entry.h"

#include <catch2/catch.hpp>

using namespace kboot;
using Strings = std::vector<std::string>;

namespace {

const BootDefaults kDefaults{"/dev/sda2", "/boot/initrd.img"};

}  // namespace

TEST_CASE("boot line: the first word is the kernel, the rest its arguments") {
  const BootEntry entry = parse_boot_words({"sda2:/k", "quiet", "x='a  b'", "$y", "*", ";"}, {}, "typed");
  CHECK(entry == BootEntry{"sda2:/k", {}, "quiet x='a  b' $y * ;", "typed"});
}

TEST_CASE("boot line: the command line starts with the global root") {
  CHECK(parse_boot_words({"/k", "quiet"}, kDefaults, "").cmdline == "root=/dev/sda2 quiet");
  CHECK(parse_boot_words({"/k"}, kDefaults, "").cmdline == "root=/dev/sda2");
}

TEST_CASE("boot line: a typed root= replaces the global one where it stands") {
  CHECK(parse_boot_words({"/k", "quiet", "root=/dev/sdb1"}, kDefaults, "").cmdline == "quiet root=/dev/sdb1");
  CHECK(parse_boot_words({"/k", "rootdelay=3"}, kDefaults, "").cmdline == "root=/dev/sda2 rootdelay=3");
}

TEST_CASE("boot line: initrd= is taken out and replaces the global one") {
  CHECK(parse_boot_words({"/k"}, kDefaults, "").initrds == Strings{"/boot/initrd.img"});
  const BootEntry entry = parse_boot_words({"/k", "initrd=//a", "quiet", "initrd=http://s/b"}, kDefaults, "");
  CHECK(entry.initrds == Strings{"//a", "http://s/b"});
  CHECK(entry.cmdline == "root=/dev/sda2 quiet");
}

TEST_CASE("boot line: an initrd= may hold a list, an empty one cancels the global one") {
  CHECK(parse_boot_words({"/k", "initrd=/a,/b,,/c"}, kDefaults, "").initrds == Strings{"/a", "/b", "/c"});
  CHECK(parse_boot_words({"/k", "initrd="}, kDefaults, "").initrds.empty());
  CHECK(parse_boot_words({"/k"}, {std::nullopt, "/a,/b"}, "").initrds == Strings{"/a", "/b"});
}
