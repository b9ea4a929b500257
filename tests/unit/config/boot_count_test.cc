#include "config/boot_count.h"

#include <catch2/catch.hpp>

using namespace kboot;

TEST_CASE("boot count: what a name says, and that it comes back as it was") {
  CHECK(parse_counted_name("debian+3.conf") == CountedName{"debian.conf", true, {3, 0}});
  CHECK(parse_counted_name("debian+2-1.conf") == CountedName{"debian.conf", true, {2, 1}});
  CHECK(parse_counted_name("a+b+0-12.efi") == CountedName{"a+b.efi", true, {0, 12}});
  for (const char* name : {"debian+3.conf", "debian+2-1.conf", "a+b+0-12.efi"})
    CHECK(parse_counted_name(name).file_name() == name);
}

TEST_CASE("boot count: what is no count belongs to the name") {
  for (const char* name :
       {"debian.conf", "debian+.conf", "debian+a.conf", "debian+3-.conf", "debian+3-x.conf", "debian+3x.conf",
        "debian+99999999999.conf", "+3.conf", "g++.conf", "", "+", "a.b+c", "debian+3.rpmsave.conf"}) {
    CHECK(parse_counted_name(name) == CountedName{name, false, {}});
    CHECK(parse_counted_name(name).file_name() == name);
  }
}

TEST_CASE("boot count: a start takes a try away and is counted; without one it is only counted") {
  CountedName name = parse_counted_name("debian+2.conf");
  std::string names;
  for (int i = 0; i < 3; ++i) {
    name = after_start(name);
    names += name.file_name() + (name.used_up() ? "! " : " ");
  }
  CHECK(names == "debian+1-1.conf debian+0-2.conf! debian+0-3.conf! ");
}

TEST_CASE("boot count: of two names of an entry the one that works counts, else the later one") {
  const auto first = [](const char* one, const char* other) {
    return counts_before(parse_counted_name(one), parse_counted_name(other));
  };
  CHECK(first("a.conf", "a+0-3.conf"));
  CHECK(first("a+2-1.conf", "a+3.conf"));
  CHECK(first("a+0-4.conf", "a+0-3.conf"));
  CHECK_FALSE(first("a+3.conf", "a+2-1.conf"));
  CHECK_FALSE(first("a+0-3.conf", "a.conf"));
  CHECK_FALSE(first("a.conf", "a.conf"));
}
