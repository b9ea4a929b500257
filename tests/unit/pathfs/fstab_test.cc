#include "pathfs/fstab.h"

#include <ctime>

#include <catch2/catch.hpp>

using namespace kboot;  // NOLINT(google-build-using-namespace)

namespace {

struct Result {
  std::vector<FstabEntry> entries;
  Diagnostics diagnostics;
};

Result read(std::string_view text) {
  Result result;
  result.entries = read_fstab(text, "fstab", result.diagnostics);
  return result;
}

}  // namespace

TEST_CASE("fstab: Debian's own") {
  const Result result = read(
      "# /etc/fstab: static file system information.\n"
      "#\n"
      "# <file system> <mount point>   <type>  <options>       <dump>  <pass>\n"
      "UUID=3b1e0f7c-0000-4bd7-9d2a-aaaaaaaaaaaa /               ext4    errors=remount-ro 0       1\n"
      "/dev/mapper/vg-home /home\text4\tdefaults,noatime 0 2\n"
      "UUID=1234-ABCD  /boot/efi       vfat    umask=0077      0       1\n"
      "UUID=9c52a3f1-0000-4f1e-a3d2-bbbbbbbbbbbb none            swap    sw              0       0\n"
      "/dev/sr0        /media/cdrom0   udf,iso9660 user,noauto     0       0\n"
      "server:/export  /srv            nfs     ro,vers=4.2     0       0\n");
  CHECK(result.diagnostics.empty());
  CHECK(result.entries == std::vector<FstabEntry>{
                              {"UUID=3b1e0f7c-0000-4bd7-9d2a-aaaaaaaaaaaa", "/", "ext4", "errors=remount-ro"},
                              {"/dev/mapper/vg-home", "/home", "ext4", "defaults,noatime"},
                              {"UUID=1234-ABCD", "/boot/efi", "vfat", "umask=0077"},
                              {"/dev/sr0", "/media/cdrom0", "udf,iso9660", "user,noauto"},
                              {"server:/export", "/srv", "nfs", "ro,vers=4.2"}});
}

TEST_CASE("fstab: octal escapes, quoted tags and untidy mount points") {
  const Result result = read(
      "LABEL=my\\040disk /mnt/my\\040disk ext4 ro 0 0\n"
      "UUID=\"1234\" //boot/./ auto defaults 0 0\n"
      "  /dev/sda3 /a#b btrfs subvol=@a\n");
  CHECK(result.diagnostics.empty());
  CHECK(result.entries == std::vector<FstabEntry>{{"LABEL=my disk", "/mnt/my disk", "ext4", "ro"},
                                                  {"UUID=1234", "/boot", "auto", "defaults"},
                                                  {"/dev/sda3", "/a#b", "btrfs", "subvol=@a"}});
}

TEST_CASE("fstab: what has no device or no place is passed over in silence") {
  const Result result = read(
      "proc /proc proc defaults 0 0\n"
      "tmpfs /tmp tmpfs size=1g 0 0\n"
      "devpts /dev/pts devpts gid=5 0 0\n"
      "/dev/sda5 swap swap defaults 0 0\n"
      "/dev/sda6 none ext4 defaults 0 0\n"
      "overlay /o overlay lowerdir=/a 0 0\n");
  CHECK(result.entries.empty());
  CHECK(result.diagnostics.empty());
}

TEST_CASE("fstab: a bind mount has a folder where others have a device") {
  const Result result = read(
      "/home/a /srv/a none bind 0 0\n"
      "/home/b /srv/b bind defaults,rbind,ro\n"
      "home/c /srv/c none bind 0 0\n");
  CHECK(result.entries == std::vector<FstabEntry>{{"/home/a", "/srv/a", "none", "bind"},
                                                  {"/home/b", "/srv/b", "bind", "defaults,rbind,ro"}});
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(result.diagnostics[0].message == "what is bound is no absolute path: home/c");
  CHECK(result.entries[0].is_bind());
  CHECK_FALSE(FstabEntry{"/dev/sda1", "/", "ext4", "x-bind"}.is_bind());
}

TEST_CASE("fstab: a bad line is reported with its number, the others count") {
  const Result result = read(
      "/dev/sda1 / ext4 defaults 0 1\n"
      "\n"
      "complete nonsense\n"
      "/dev/sda2 boot ext4 defaults 0 2\n"
      "/dev/sda3 /a/../b ext4 defaults 0 2\n"
      "one\n"
      "/dev/sda4 /home ext4 defaults 0 x\n"
      "/dev/sda5 /srv ext4 defaults 0 2");
  std::vector<int> lines;
  for (const Diagnostic& diagnostic : result.diagnostics) {
    CHECK(diagnostic.file == "fstab");
    lines.push_back(diagnostic.line);
  }
  CHECK(lines == std::vector<int>{3, 4, 5, 6, 7});
  REQUIRE(result.entries.size() == 2);
  CHECK(result.entries[1].target == "/srv");
}

TEST_CASE("fstab: NUL bytes and noise are a line's own fault") {
  std::string text("/dev/sda1 / ext4 defaults\n/dev/s\0da2 /x ext4 defaults\n", 54);
  text += "\x80\xff\x01 \x1b[2J\n/dev/sda3 /srv ext4 defaults\r\n";
  const Result result = read(text);
  REQUIRE(result.entries.size() == 2);
  CHECK(result.entries[1] == FstabEntry{"/dev/sda3", "/srv", "ext4", "defaults"});
  REQUIRE(result.diagnostics.size() == 2);
  CHECK(result.diagnostics[0] == Diagnostic{"fstab", 2, "a NUL byte"});
  CHECK(result.diagnostics[1].line == 3);
}

TEST_CASE("fstab: of very many bad lines a screenful is reported, and their number") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "nonsense\n";
  const Result result = read(text + "/dev/sda1 / ext4\n");
  CHECK(result.entries.size() == 1);
  REQUIRE(result.diagnostics.size() == 21);
  CHECK(result.diagnostics.back().str() == "fstab: 980 more lines ignored");
}

TEST_CASE("fstab: nothing in it") {
  CHECK(read("").entries.empty());
  CHECK(read("\n\n# only words\n   \t\n").diagnostics.empty());
}

TEST_CASE("fstab: ten thousand lines take no time worth mentioning") {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "/dev/sda1 /mnt/" + std::to_string(i) + " ext4 defaults 0 0\n";
  const std::clock_t start = std::clock();  // of this process alone: the machine may be busy
  const Result result = read(text);
  CHECK((std::clock() - start) / CLOCKS_PER_SEC < 5);
  CHECK(result.entries.size() == 10'000);
  CHECK(result.diagnostics.empty());
}
