#include "pathfs/mount_table.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)

TEST_CASE("mount table: what comes from disks and servers, with escapes taken back") {
  const test::TemporaryFolder folder;
  folder.write("mountinfo",
               "21 1 0:20 / /proc rw,nosuid shared:5 - proc proc rw\n"
               "30 1 254:1 / /run/kboot/mnt/vda1 ro,relatime - ext4 /dev/vda1 ro,norecovery\n"
               "31 1 0:40 /@home /run/kboot/mnt/a\\040b rw - btrfs /dev/sda2 rw,subvol=/@home\n"
               "32 1 0:41 / /srv rw,relatime - nfs4 server:/export ro,vers=4.2,addr=10.0.0.1\n"
               "33 1 0:42 / /run rw - tmpfs tmpfs rw\n");
  const std::vector<MountedFileSystem> table = read_mount_table(folder.path("mountinfo"));
  REQUIRE(table.size() == 3);
  CHECK(table[0].source == "/dev/vda1");
  CHECK(table[0].type == "ext4");
  CHECK(table[0].root == "/");
  CHECK(table[0].access == Access::read_only);
  CHECK(table[0].directory == "/run/kboot/mnt/vda1");
  CHECK(table[1].root == "/@home");
  CHECK(table[1].access == Access::read_write);
  CHECK(table[1].directory == "/run/kboot/mnt/a b");
  CHECK(table[2].source == "server:/export");
  CHECK(table[2].access == Access::read_only);
  CHECK(read_mount_table(folder.path("absent")).empty());
}
