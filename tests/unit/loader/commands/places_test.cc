#include "loader/commands/places.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_mounter.h"

using namespace kboot;
using namespace kboot::test;

namespace {

MountedFileSystem mounted(const std::string& source, const std::string& root = "/") {
  return {source, "btrfs", root, Access::read_only, "/run/kboot/mnt/x", true};
}

FstabEntry entry(const std::string& source, const std::string& target, const std::string& options = "") {
  return {source, target, "btrfs", options};
}

struct Disks {
  FakeMounter disks;
  Disks() {
    disks.add({.node = "/dev/sda1", .uuid = "1111"});
    disks.add({.node = "/dev/sda2", .uuid = "2222"});
  }
};

}  // namespace

TEST_CASE_METHOD(Disks,
                 "places: where the booted system's fstab has a file system, whatever names it there") {
  const BootedRoot booted{.fstab = {entry("UUID=2222", "/"), entry("/dev/sda1", "/boot")}};
  CHECK(place_of(mounted("/dev/sda2"), booted, disks) == "/");
  CHECK(place_of(mounted("/dev/sda1"), booted, disks) == "/boot");
  CHECK(place_of(mounted("/dev/sda6"), booted, disks) == "sda6:/");
}

TEST_CASE_METHOD(Disks, "places: sub-volumes of one disk are told apart") {
  const BootedRoot booted{
      .fstab = {entry("UUID=2222", "/", "subvol=@"), entry("UUID=2222", "/home", "subvol=/@home")}};
  CHECK(place_of(mounted("/dev/sda2", "/@"), booted, disks) == "/");
  CHECK(place_of(mounted("/dev/sda2", "/@home"), booted, disks) == "/home");
  CHECK(place_of(mounted("/dev/sda2", "/"), booted, disks) == "sda2:/");
}

TEST_CASE_METHOD(Disks, "places: root= beats fstab") {
  BootedRoot booted{.device = "UUID=1111", .fstab = {entry("UUID=2222", "/", "subvol=@")}};
  CHECK(place_of(mounted("/dev/sda1"), booted, disks) == "/");
  CHECK(place_of(mounted("/dev/sda2", "/@"), booted, disks) == "sda2:/");
  booted.device = "sda2";
  CHECK(place_of(mounted("/dev/sda2", "/@"), booted, disks) == "/");
}

TEST_CASE_METHOD(Disks, "places: a server's folder, and what kboot did not mount") {
  MountedFileSystem folder{"server:/export", "nfs4", "/", Access::read_only, "/run/kboot/mnt/x", true};
  const BootedRoot booted{.fstab = {entry("server:/home", "/home")}};
  CHECK(place_of(folder, booted, disks) == "server:/export");
  folder.source = "server:/home";
  CHECK(place_of(folder, booted, disks) == "/home");
  MountedFileSystem other = mounted("/dev/sda1");
  other.by_kboot = false;
  other.directory = "/mnt";
  CHECK(place_of(other, booted, disks) == "//mnt");
  CHECK(place_of(other, {.local_directory = "/"}, disks) == "/mnt");
}
