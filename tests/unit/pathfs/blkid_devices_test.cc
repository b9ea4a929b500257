#include "pathfs/blkid_devices.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)

namespace {

/// What mkfs.vfat writes, as far as it takes to be known by.
std::string fat_image() {
  std::string image(1 << 20, '\0');
  const std::string boot_sector(
      "\xeb\x3c\x90mkfs.fat\x00\x02\x04\x01\x00\x02\x00\x02\x00\x08\xf8\x02\x00\x20\x00\x02\x00", 28);
  image.replace(0, boot_sector.size(), boot_sector);
  image.replace(38, 1, "\x29");
  image.replace(39, 4, "\xcd\xab\x34\x12");
  image.replace(43, 11, "KBOOT      ");
  image.replace(54, 8, "FAT12   ");
  image.replace(510, 2, "\x55\xaa");
  image.replace(512, 3, "\xf8\xff\xff");
  return image;
}

std::string swap_image() {
  std::string image(1 << 20, '\0');
  image[1024] = 1;                     // version
  image.replace(1028, 2, "\xff\x00");  // last page
  image.replace(4086, 10, "SWAPSPACE2");
  return image;
}

}  // namespace

TEST_CASE("devices: the type of a file system is found by its contents") {
  const test::TemporaryFolder folder;
  folder.write("fat", fat_image());
  CHECK(file_system_type(folder.path("fat")) == "vfat");
}

TEST_CASE("devices: what cannot be mounted is told in words") {
  const test::TemporaryFolder folder;
  folder.write("swap", swap_image());
  folder.write("blank", std::string(1 << 20, '\0'));
  CHECK_THROWS_WITH(file_system_type(folder.path("swap")), "no file system, but swap");
  CHECK_THROWS_WITH(file_system_type(folder.path("blank")), "no file system found");
  CHECK_THROWS_WITH(file_system_type(folder.path("absent")), Catch::Contains("No such file"));
}

TEST_CASE("devices: tags name them, UUIDs in either case") {
  const BlockDevice device{.node = "/dev/sda1",
                           .label = "Root",
                           .uuid = "1234-ABCD",
                           .partuuid = "deadbeef-01",
                           .partlabel = "EFI system partition"};
  CHECK(has_tag(device, "UUID=1234-abcd"));
  CHECK(has_tag(device, "LABEL=Root"));
  CHECK(has_tag(device, "PARTUUID=DEADBEEF-01"));
  CHECK(has_tag(device, "PARTLABEL=EFI system partition"));
  CHECK_FALSE(has_tag(device, "LABEL=root"));
  CHECK_FALSE(has_tag(device, "UUID=1234"));
  CHECK_FALSE(has_tag(device, "TYPE=ext4"));
  CHECK_FALSE(has_tag(BlockDevice{}, "LABEL="));
  CHECK_FALSE(has_tag(device, "sda1"));
}
