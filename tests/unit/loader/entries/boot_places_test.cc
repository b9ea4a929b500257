#include "loader/entries/boot_places.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/fakes/fake_fetcher.h"
#include "tests/unit/fakes/fake_initiator.h"
#include "tests/unit/fakes/fake_mounter.h"
#include "tests/unit/fakes/fake_volumes.h"

using namespace kboot;        // NOLINT(google-build-using-namespace)
using namespace kboot::test;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;

namespace {

struct Places {
  FakeMounter mounter;
  FakeFetcher fetcher;
  FakeVolumes volumes;
  FakeInitiator initiator;
  Resolver resolver{mounter, fetcher, volumes, initiator};

  std::string name_of(std::string_view word) {
    const auto place = find_place(word, resolver, KbootPath{"/"});
    return place ? place->name : "";
  }
};

}  // namespace

TEST_CASE_METHOD(Places, "boot places: a device that comes late is waited for as in a path") {
  const std::string word = GENERATE(as<std::string>(), "sdz9", "/dev/sdz9", "UUID=abcd");
  mounter.add_late({.node = "/dev/sdz9", .type = "ext4", .uuid = "abcd"}, 5);
  CHECK(name_of(word).empty());
  resolver.set_wait(60s);
  std::vector<std::string> waited;
  resolver.set_on_wait([&](const std::string& device) {
    waited.push_back(device);
    return [] { return false; };
  });
  CHECK(name_of(word) == "sdz9");
  CHECK(waited == std::vector<std::string>{word == "UUID=abcd" ? word : "sdz9"});
}

TEST_CASE_METHOD(Places, "boot places: the wait ends when it is told to, and then there is no such place") {
  resolver.set_wait(3600s);
  resolver.set_on_wait([](const std::string&) { return [] { return true; }; });
  CHECK(name_of("sdz9").empty());
}

TEST_CASE_METHOD(Places,
                 "boot places: an array is activated by its name; what is wrong with it is an error") {
  volumes.steps.emplace_back([this] { mounter.add({.node = "/dev/md0", .type = "ext4"}); });
  CHECK(name_of("md0") == "md0");
  volumes.steps.emplace_back([] { fail("/dev/sda: 3 wrong passphrases"); });
  CHECK_THROWS_WITH(name_of("md1"), "/dev/sda: 3 wrong passphrases");
}

namespace {

/// The first 32 KiB of an ISO 9660 file and its descriptor's name (ECMA-119, 8.1).
std::string iso_file() {
  std::string bytes(0x8001, '\0');
  return bytes + "CD001" + std::string(2042, '\0');
}

}  // namespace

TEST_CASE_METHOD(Places, "boot places: an image file's own loopback.cfg is told where it lies") {
  TemporaryFolder& disk = mounter.add({.node = "/dev/sda1", .type = "ext4"});
  disk.write("isos/x.iso", iso_file());
  TemporaryFolder& image = mounter.add_image(disk.path("isos/x.iso"));
  image.write(
      "boot/grub/loopback.cfg",
      "menuentry Try { linux /casper/vmlinuz iso-scan/filename=${iso_path}\ninitrd /casper/initrd\n}\n");
  image.write("casper/vmlinuz", "k");
  image.write("casper/initrd", "i");
  const auto place = find_place("sda1:/isos/x.iso", resolver, KbootPath{"/"});
  REQUIRE(place);
  CHECK(place->kind == BootPlace::Kind::image);
  const EntryList list = list_place(*place, resolver);
  REQUIRE(list.entries.size() == 1);
  const ListedEntry& entry = list.entries[0];
  CHECK(entry.id == "sda1:/isos/x.iso#try");
  CHECK(entry.format == "loopback");
  CHECK(entry.entry.why.empty());
  CHECK(entry.entry.kernel->str() == "sda1:/isos/x.iso:/casper/vmlinuz");
  CHECK(entry.entry.initrds.at(0).str() == "sda1:/isos/x.iso:/casper/initrd");
  CHECK(entry.entry.cmdline == "iso-scan/filename=/isos/x.iso");
}

TEST_CASE_METHOD(Places, "boot places: a live system is told in which file it lies") {
  TemporaryFolder& disk = mounter.add({.node = "/dev/sda1", .type = "ext4"});
  disk.write("x.iso", iso_file());
  TemporaryFolder& image = mounter.add_image(disk.path("x.iso"));
  const auto [folder, word] =
      GENERATE(table<std::string, std::string>({{"live", "boot=live findiso=/x.iso"},
                                                {"LiveOS", "boot=live iso-scan/filename=/x.iso"},
                                                {"arch", "boot=live img_loop=/x.iso"},
                                                {"other", "boot=live"}}));
  image.write(folder + "/vmlinuz", "k");
  image.write("isolinux/isolinux.cfg",
              "DEFAULT a\nLABEL a\n  KERNEL /" + folder + "/vmlinuz\n  APPEND boot=live\n");
  const EntryList list = list_place(*find_place("sda1:/x.iso", resolver, KbootPath{"/"}), resolver);
  REQUIRE(list.entries.size() == 1);
  CHECK(list.entries[0].entry.cmdline == word);
  CHECK(list.entries[0].id == "sda1:/x.iso#a");
}

TEST_CASE_METHOD(
    Places, "boot places: a configuration on a disk leads into its image files, and to no other place's") {
  TemporaryFolder& disk = mounter.add({.node = "/dev/sda1", .type = "ext4"});
  disk.write("x.iso", iso_file());
  TemporaryFolder& image = mounter.add_image(disk.path("x.iso"));
  image.write("live/vmlinuz", "k");
  disk.write("boot/grub/grub.cfg",
             "menuentry Live { loopback loop /x.iso\nlinux (loop)/live/vmlinuz findiso=/x.iso\n}\n");
  const EntryList list = list_place(*find_place("sda1", resolver, KbootPath{"/"}), resolver);
  REQUIRE(list.entries.size() == 1);
  CHECK(list.entries[0].entry.kind == SourceEntry::Kind::linux);
  CHECK(list.entries[0].entry.kernel->str() == "sda1:/x.iso:/live/vmlinuz");
}

TEST_CASE_METHOD(Places, "boot places: an image that cannot be mounted is an error") {
  mounter.add({.node = "/dev/sda1", .type = "ext4"}).write("x.iso", iso_file());
  const BootPlace place = *find_place("sda1:/x.iso", resolver, KbootPath{"/"});
  try {
    list_place(place, resolver);
    FAIL("listed");
  } catch (const Error& error) {
    CHECK(describe(error) == "sda1:/x.iso: no file system is in this file");
  }
}
