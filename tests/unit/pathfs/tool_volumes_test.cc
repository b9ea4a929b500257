#include "pathfs/tool_volumes.h"

#include <catch2/catch.hpp>

using namespace kboot;

using Names = std::vector<std::string>;

TEST_CASE("volumes: groups are read from among lvm's warnings") {
  CHECK(
      group_names("  WARNING: PV /dev/sdb is missing\n  LVM2_VG_NAME='vg'\n  LVM2_VG_NAME='my.group-2'\n") ==
      Names{"vg", "my.group-2"});
  CHECK(group_names("").empty());
  CHECK(group_names("  No volume groups found\n").empty());
}

TEST_CASE("volumes: a name that lvm does not allow goes into no command") {
  CHECK(group_names("  LVM2_VG_NAME='-ay'\n").empty());
  CHECK(group_names("  LVM2_VG_NAME='a\"]'\n").empty());
  CHECK(group_names("  LVM2_VG_NAME=''\n").empty());
}

TEST_CASE("volumes: names that may be one's") {
  for (const char* name : {"md0", "/dev/md0", "dm-1", "mapper/root", "vg/lv", "/dev/vg/lv", "UUID=1234"})
    CHECK(may_be_volume(name));
  for (const char* name : {"sda1", "/dev/sda1", "server", "nvme0n1"}) CHECK_FALSE(may_be_volume(name));
}
