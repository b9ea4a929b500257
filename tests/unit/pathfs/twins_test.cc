// One corpus for the variants: libmount and the plain reader of fstab, libblkid and the plain prober. Each
// has to give what stands here.

#include <string>

#include <sys/mount.h>
#include <sys/sysmacros.h>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "base/file.h"
#include "pathfs/libmount/device_contents.h"
#include "pathfs/libmount/mount_syntax.h"
#include "pathfs/plain/device_contents.h"
#include "pathfs/plain/mount_syntax.h"
#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)

namespace {

/// source|target|type|options, with what is special behind it.
std::string fstab(std::optional<FstabLine> (*variant)(std::string_view), const std::string& line) {
  const auto read = variant(line);
  if (!read) return "none";
  return fmt::format("{}|{}|{}|{}{}{}", read->source, read->target, read->type, read->options,
                     read->is_swap ? " swap" : "", read->has_device ? "" : " no device");
}

using ReadContents = DeviceContents (*)(const UniqueFd&);

/// type label uuid table, "-" for what is not there.
std::string contents(ReadContents variant, const std::string& image) {
  const test::TemporaryFolder folder;
  folder.write("image", image);
  const DeviceContents found = variant(open_for_reading(folder.path("image")));
  const auto word = [](const std::string& text) { return text.empty() ? "-" : text; };
  return fmt::format("{}{} {} {} {}", word(found.type), found.is_file_system ? "" : "(no file system)",
                     word(found.label), word(found.uuid), word(found.partition_table));
}

constexpr std::size_t kImage = 4 << 20;

/// What mkfs.ext4 writes into the superblock, as far as it takes to be known by.
std::string ext_image(std::string_view incompatible, std::string_view label) {
  constexpr std::size_t kSuper = 1024;
  std::string image(kImage, '\0');
  const auto put = [&](std::size_t at, std::string_view bytes) {
    image.replace(kSuper + at, bytes.size(), bytes);
  };
  put(0x00, std::string_view("\x00\x01\x00\x00\x00\x10\x00\x00", 8));  // inodes, blocks
  put(0x14, std::string_view("\x01\x00\x00\x00\x00\x00\x00\x00", 8));  // first block, 1 KiB each
  put(0x38, "\x53\xef");
  put(0x4c, "\x01");  // revision
  put(0x5c, "\x04");  // has a journal
  put(0x60, incompatible);
  put(0x68, "0123456789abcdef");
  put(0x78, label);
  return image;
}

std::string fat_image(std::string_view label) {
  std::string image(kImage, '\0');
  const std::string boot_sector(
      "\xeb\x3c\x90mkfs.fat\x00\x02\x04\x01\x00\x02\x00\x02\x00\x20\xf8\x08\x00\x20\x00\x02\x00", 28);
  image.replace(0, boot_sector.size(), boot_sector);
  image.replace(38, 1, "\x29");
  image.replace(39, 4, "\xcd\xab\x34\x12");
  image.replace(43, 11, label);
  image.replace(54, 8, "FAT12   ");
  image.replace(510, 2, "\x55\xaa");
  image.replace(512, 3, "\xf8\xff\xff");
  // The root directory has the label, too: libblkid believes that one, the plain prober the boot sector.
  constexpr std::size_t kRoot = std::size_t{512} * (1 + 2 * 8);
  if (label != "NO NAME    ") image.replace(kRoot, 12, std::string(label) + "\x08");
  return image;
}

std::string swap_image() {
  std::string image(kImage, '\0');
  image[1024] = 1;                     // version
  image.replace(1028, 2, "\xff\x00");  // last page
  image.replace(4086, 10, "SWAPSPACE2");
  return image;
}

std::string dos_table() {
  std::string image(kImage, '\0');
  image.replace(440, 4, "\xef\xbe\xad\xde");
  image.replace(446, 16,
                std::string_view("\x80\x20\x21\x00\x83\x00\x00\x00\x00\x08\x00\x00\x00\x10\x00\x00", 16));
  image.replace(510, 2, "\x55\xaa");
  return image;
}

}  // namespace

TEST_CASE("twins: lines of fstab, read by both") {
  struct Case {
    const char* line;
    const char* read;
  };
  for (const Case& one : {
           Case{"/dev/sda1 / ext4 ro 0 1", "/dev/sda1|/|ext4|ro"},
           Case{"/dev/sda1\t/\text4\tro\t0\t1", "/dev/sda1|/|ext4|ro"},
           Case{"  /dev/sda1 / ext4 ro", "/dev/sda1|/|ext4|ro"},
           Case{"/dev/sda1 / ext4", "/dev/sda1|/|ext4|"},
           Case{"/dev/sda1 / ext4 defaults,noatime 0", "/dev/sda1|/|ext4|defaults,noatime"},
           Case{"UUID=12-34 / ext4 ro 0 1", "UUID=12-34|/|ext4|ro"},
           Case{"UUID=\"12-34\" / ext4 ro 0 1", "UUID=12-34|/|ext4|ro"},
           Case{"LABEL=my\\040disk /mnt/my\\040disk ext4 ro 0 1", "LABEL=my disk|/mnt/my disk|ext4|ro"},
           Case{"/dev/sda1 /a\\011b\\134c ext4 ro 0 1", "/dev/sda1|/a\tb\\c|ext4|ro"},
           Case{"/dev/sda2 none swap sw 0 0", "/dev/sda2|none|swap|sw swap"},
           Case{"proc /proc proc defaults 0 0", "proc|/proc|proc|defaults no device"},
           Case{"tmpfs /tmp tmpfs size=1G 0 0", "tmpfs|/tmp|tmpfs|size=1G no device"},
           Case{"server:/export /mnt nfs ro 0 0", "server:/export|/mnt|nfs|ro"},
           Case{"/a /b none bind 0 0", "/a|/b|none|bind no device"},
           Case{"/dev/sda1 / ext4 ro 0 1 # root", "/dev/sda1|/|ext4|ro"},
           Case{"# a comment", "none"},
           Case{"", "none"},
           Case{"   ", "none"},
           Case{"/dev/sda1 /", "none"},
           Case{"/dev/sda1", "none"},
           Case{"/dev/sda1 / ext4 ro zero 1", "none"},
       }) {
    INFO(one.line);
    CHECK(fstab(libmount::read_fstab_line, one.line) == one.read);
    CHECK(fstab(plain::read_fstab_line, one.line) == one.read);
  }
}

TEST_CASE("twins: options of mounts, sorted by both") {
  struct Case {
    const char* options;
    unsigned long flags;
    const char* file_system;
  };
  for (const Case& one : {
           Case{"", 0, ""},
           Case{"defaults", 0, ""},
           Case{"ro", MS_RDONLY, ""},
           Case{"ro,rw", 0, ""},
           Case{"rw,ro", MS_RDONLY, ""},
           Case{"nosuid,nodev,noexec", MS_NOSUID | MS_NODEV | MS_NOEXEC, ""},
           Case{"noatime,nodiratime", MS_NOATIME | MS_NODIRATIME, ""},
           Case{"errors=remount-ro,ro", MS_RDONLY, "errors=remount-ro"},
           Case{"noauto,nofail,_netdev,x-systemd.automount,X-mount.mkdir,user", 0, ""},
           Case{"subvol=@,compress=zstd:1", 0, "subvol=@,compress=zstd:1"},
           Case{"acl,,user_xattr", 0, "acl,user_xattr"},
           Case{"uid=1000,umask=022", 0, "uid=1000,umask=022"},
           Case{"a=b=c", 0, "a=b=c"},
           Case{"loop,offset=512,sizelimit=10,umask=0077,comment=x", 0, "umask=0077"},
           Case{"bind,rbind,remount,shared,rslave", MS_BIND | MS_REC | MS_REMOUNT | MS_SHARED | MS_SLAVE, ""},
       }) {
    for (auto* const variant : {libmount::sort_options, plain::sort_options}) {
      INFO(one.options << (variant == plain::sort_options ? ", plain" : ", libmount"));
      const SortedOptions sorted = variant(one.options);
      std::string file_system;
      for (const MountOption& option : sorted.file_system)
        file_system += (file_system.empty() ? "" : ",") + option.str();
      CHECK(sorted.flags == one.flags);
      CHECK(file_system == one.file_system);
    }
  }
}

TEST_CASE("twins: options of mounts, one by one") {
  for (auto* const variant : {libmount::read_options, plain::read_options}) {
    std::string options;
    for (const MountOption& option : variant("ro,,a=b=c,empty=,x-y.z")) options += option.str() + ";";
    CHECK(options == "ro;a=b=c;empty=;x-y.z;");
    CHECK(variant("").empty());
  }
}

TEST_CASE("twins: mountinfo, read by both") {
  const test::TemporaryFolder folder;
  folder.write("mountinfo",
               "21 1 0:20 / /proc rw,nosuid shared:5 - proc proc rw\n"
               "30 1 254:1 / /run/kboot/mnt/vda1 ro,relatime - ext4 /dev/vda1 ro,norecovery\n"
               "31 1 0:40 /@home /run/kboot/mnt/a\\040b rw - btrfs /dev/sda2 rw,subvol=/@home\n"
               "32 1 0:41 / /srv rw,relatime shared:1 master:2 - nfs4 server:/export ro,vers=4.2\n");
  for (auto* const variant : {libmount::read_mountinfo, plain::read_mountinfo}) {
    std::string mounts;
    for (const MountInfo& mount : variant(folder.path("mountinfo")))
      mounts += fmt::format("{} {}:{} {} {} {} {}{}\n", mount.id, major(mount.device), minor(mount.device),
                            mount.root, mount.target, mount.type, mount.source, mount.read_only ? " ro" : "");
    CHECK(mounts ==
          "21 0:20 / /proc proc proc\n"
          "30 254:1 / /run/kboot/mnt/vda1 ext4 /dev/vda1 ro\n"
          "31 0:40 /@home /run/kboot/mnt/a b btrfs /dev/sda2\n"
          "32 0:41 / /srv nfs4 server:/export ro\n");
    CHECK(variant(folder.path("absent")).empty());
  }
}

TEST_CASE("twins: what a device holds, found by both") {
  const ReadContents variant = GENERATE(libmount::read_device_contents, plain::read_device_contents);
  CHECK(contents(variant, std::string(kImage, '\0')) == "-(no file system) - - -");
  CHECK(contents(variant, "") == "-(no file system) - - -");
  CHECK(contents(variant, std::string(512, 'x')) == "-(no file system) - - -");
  CHECK(contents(variant, fat_image("KBOOT      ")) == "vfat KBOOT 1234-ABCD -");
  CHECK(contents(variant, fat_image("NO NAME    ")) == "vfat - 1234-ABCD -");
  CHECK(contents(variant, fat_image("A B        ")) == "vfat A B 1234-ABCD -");
  constexpr const char* kUuid = "30313233-3435-3637-3839-616263646566";
  CHECK(contents(variant, ext_image("\x42", "Root")) == fmt::format("ext4 Root {} -", kUuid));
  CHECK(contents(variant, ext_image("\x02", "")) == fmt::format("ext3 - {} -", kUuid));
  CHECK(contents(variant, ext_image("\x42", "sixteen bytes ok")) ==
        fmt::format("ext4 sixteen bytes ok {} -", kUuid));
  CHECK(contents(variant, swap_image()).starts_with("swap(no file system) "));
  CHECK(contents(variant, dos_table()) == "-(no file system) - - dos");
}
