#include "pathfs/mount_options.h"

#include <sys/mount.h>

#include <catch2/catch.hpp>

using namespace kboot;  // NOLINT(google-build-using-namespace)

namespace {

KernelOptions read_only(std::string_view options, std::string_view type) {
  return kernel_options(options, type, Access::read_only);
}
KernelOptions read_write(std::string_view options, std::string_view type) {
  return kernel_options(options, type, Access::read_write);
}

}  // namespace

TEST_CASE("mount options: a read-only mount never replays a journal") {
  CHECK(read_only("", "ext3") == KernelOptions{MS_RDONLY, "noload"});
  CHECK(read_only("defaults", "ext4") == KernelOptions{MS_RDONLY, "noload"});
  CHECK(read_only("rw", "xfs") == KernelOptions{MS_RDONLY, "norecovery"});
  CHECK(read_only("rw,subvol=@", "btrfs") == KernelOptions{MS_RDONLY, "subvol=@,rescue=nologreplay"});
  CHECK(read_only("", "f2fs") == KernelOptions{MS_RDONLY, "norecovery"});
  CHECK(read_only("", "vfat") == KernelOptions{MS_RDONLY, ""});
  CHECK(read_only("", "ext2") == KernelOptions{MS_RDONLY, ""});
}

TEST_CASE("mount options: a writable mount has its journal, even where fstab says ro") {
  CHECK(read_write("ro", "ext4") == KernelOptions{0, ""});
  CHECK(read_write("defaults", "xfs") == KernelOptions{0, ""});
}

TEST_CASE("mount options: flags, the file system's own, and what is for user space only") {
  CHECK(read_only("noatime,nodev,nosuid,errors=remount-ro", "ext4") ==
        KernelOptions{MS_RDONLY | MS_NOATIME | MS_NODEV | MS_NOSUID, "errors=remount-ro,noload"});
  CHECK(read_only("nofail,noauto,_netdev,x-systemd.automount,comment=x,user", "vfat").data.empty());
  CHECK(read_only("loop,offset=512,sizelimit=10,umask=0077", "vfat").data == "umask=0077");
  CHECK(read_only("iocharset=utf8,codepage=437", "vfat").data == "iocharset=utf8,codepage=437");
}

TEST_CASE("mount options: none of them turns the mount into something else") {
  CHECK(read_only("bind,rbind,remount,shared,rslave", "vfat") == KernelOptions{MS_RDONLY, ""});
}

TEST_CASE("mount options: the bare ones still show the same files") {
  CHECK(bare_kernel_options("noatime,commit=60,data=writeback", "ext4", Access::read_only) ==
        KernelOptions{MS_RDONLY | MS_NOATIME, "noload"});
  CHECK(bare_kernel_options("compress=zstd,subvol=@home,degraded", "btrfs", Access::read_only) ==
        KernelOptions{MS_RDONLY, "subvol=@home,degraded,rescue=nologreplay"});
}

TEST_CASE("mount options: the folder that becomes the top") {
  CHECK(root_in_file_system("") == "/");
  CHECK(root_in_file_system("defaults") == "/");
  CHECK(root_in_file_system("subvol=@") == "/@");
  CHECK(root_in_file_system("subvol=/@/snap/") == "/@/snap");
  CHECK(root_in_file_system("subvol=/") == "/");
  CHECK(root_in_file_system("subvolid=256").empty());
  CHECK(root_in_file_system("subvolid=256,subvol=@") == "/@");
}
