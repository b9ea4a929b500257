#include "loader/entries/found.h"

#include <thread>

#include <catch2/catch.hpp>

#include "loader/entries/boot_places.h"
#include "tests/unit/fakes/fake_fetcher.h"
#include "tests/unit/fakes/fake_initiator.h"
#include "tests/unit/fakes/fake_mounter.h"
#include "tests/unit/fakes/fake_volumes.h"

using namespace kboot;        // NOLINT(google-build-using-namespace)
using namespace kboot::test;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;
using Kind = SourceEntry::Kind;
using State = PublishedPlace::State;

namespace {

PublishedPlace place(const std::string& name, const std::string& title, Kind kind = Kind::linux) {
  PublishedPlace made{.name = name, .state = State::done};
  ListedEntry entry;
  entry.id = name + "#x";
  entry.place = name;
  entry.name = "x";
  entry.entry.title = title;
  entry.entry.kind = kind;
  if (kind == Kind::linux) entry.entry.kernel = FilePlace{name, "/vmlinuz"};
  made.list.entries = {entry};
  return made;
}

struct Disks {
  FakeMounter mounter;
  FakeFetcher fetcher;
  FakeVolumes volumes;
  FakeInitiator initiator;
  Resolver resolver{mounter, fetcher, volumes, initiator};
  std::vector<std::string> notes;
  EntryList list(const Published& published) {
    return list_found(published, resolver, [&](const std::string& note) { notes.push_back(note); });
  }
};

}  // namespace

TEST_CASE("found: the line for a machine where nothing boots by itself") {
  PublishedEntries found;
  CHECK(found_line(found, "menu") ==
        "no disk has a system that can be booted: a kernel's path or URL boots it, devices shows the disks");
  PublishedPlace own = place("sda1", "kboot");
  own.own = true;
  found.places = {own, place("sda2", "Debian"), place("sda3", "?", Kind::unbootable),
                  place("nvme0n1p3", "Windows", Kind::firmware)};
  found.places[1].system = "Debian GNU/Linux 12";
  CHECK(found_line(found, "menu") ==
        "Debian GNU/Linux 12 on sda2, Windows on nvme0n1p3; menu shows all, #1 boots the first");
  for (const char* name : {"sdb1", "sdb2"}) found.places.push_back(place(name, "Arch"));
  CHECK(found_line(found, "") ==
        "Debian GNU/Linux 12 on sda2, Windows on nvme0n1p3, Arch on sdb1, 1 more; #1 boots the first");
  found.places = {place("sda1", "x\x1b[2J"), {.name = "sda2", .state = State::locked}};
  CHECK(found_line(found, "") == "x\\x1b[2J on sda1, a locked volume on sda2; #1 boots the first");
}

TEST_CASE("found: the firmware's own boot options are no system that was found") {
  PublishedEntries found{.looking = false, .places = {place(kFirmwarePlace, "UEFI QEMU", Kind::firmware)}};
  CHECK_THAT(found_line(found, "menu"), Catch::StartsWith("no disk has a system"));
  found.places.insert(found.places.begin(), {.name = "sda2", .state = State::locked});
  CHECK(found_line(found, "menu") == "a locked volume on sda2; menu shows all");
}

TEST_CASE("found: the entry that is named is the first that can be booted") {
  PublishedEntries found{.looking = false,
                         .places = {place("sda1", "a", Kind::unbootable), place("sda2", "b")}};
  CHECK(found_line(found, "") == "b on sda2; #2 boots the first");
}

TEST_CASE("found: one file system with an fstab is the booted system's root, of several each may be") {
  PublishedEntries found{.looking = false, .places = {place("sda1", "a"), place("sda2", "b")}};
  CHECK(only_root(found) == nullptr);
  CHECK(root_candidates(found).empty());
  found.places[1].has_fstab = true;
  found.places[1].system = "Debian";
  REQUIRE(only_root(found) != nullptr);
  CHECK(only_root(found)->name == "sda2");
  found.looking = true;
  CHECK(only_root(found) == nullptr);
  found.looking = false;
  found.places[0].has_fstab = true;
  CHECK(only_root(found) == nullptr);
  CHECK(root_candidates(found) == "root=/dev/sda1 or root=/dev/sda2 (Debian)");
}

TEST_CASE("found: the booted system's root is found only where nothing says where it is") {
  const TemporaryFolder folder;
  const Published published(folder.path());
  CHECK_FALSE(find_root(published, {}));
  PublishedPlace root = place("sda2", "Debian");
  root.has_fstab = true;
  published.write({.looking = false, .places = {place("sda1", "x"), root}});
  const auto found = find_root(published, {});
  REQUIRE(found);
  CHECK(found->node == "/dev/sda2");
  CHECK(found->sentence == "/ is on sda2: no other file system has an /etc/fstab");
  CHECK_FALSE(find_root(published, {.device = "/dev/sda1"}));
  CHECK_FALSE(find_root(published, {.local_directory = "/"}));
  CHECK_FALSE(find_root(published, {.fstab = {{"/dev/sda1", "/", "ext4", ""}}}));
  CHECK(find_root(published, {.fstab = {{"/dev/sda1", "/boot", "ext4", ""}}}));
}

TEST_CASE_METHOD(Disks, "found: the list is what was published, with what is not listed and why") {
  const TemporaryFolder folder;
  const Published published(folder.path());
  PublishedPlace failed{.name = "sdb1", .state = State::failed, .why = "sdb1: mount /dev/sdb1: in use"};
  published.write({.looking = true, .places = {place("sda1", "a"), failed, {.name = "sdc1"}}});
  const EntryList all = list(published);
  REQUIRE(all.entries.size() == 1);
  CHECK(all.entries[0].id == "sda1#x");
  CHECK(notes == std::vector<std::string>{"sdb1: mount /dev/sdb1: in use", "sdc1: is still being looked at"});
  CHECK(mounter.mounts.empty());
}

TEST_CASE_METHOD(Disks, "found: an opened volume is listed beside what was published") {
  const TemporaryFolder folder;
  const Published published(folder.path());
  published.write({.looking = false, .places = {}});
  TemporaryFolder& disk = mounter.add({.node = "/dev/mapper/root", .type = "ext4"});
  disk.write("boot/grub/grub.cfg", "menuentry x --id x {\n linux /vmlinuz\n}\n");
  const EntryList all = list(published);
  REQUIRE(all.entries.size() == 1);
  CHECK(all.entries[0].id == "mapper/root#x");
}

TEST_CASE_METHOD(Disks, "found: without a discovery all devices are looked at") {
  TemporaryFolder& disk = mounter.add({.node = "/dev/sda1", .type = "ext4"});
  disk.write("boot/grub/grub.cfg", "menuentry x --id x {\n linux /vmlinuz\n}\n");
  CHECK(list(Published("/nonexistent")).entries.size() == 1);
}

TEST_CASE("found: the first publication is waited for, but not longer than one has patience") {
  const TemporaryFolder folder;
  const Published published(folder.path());
  CHECK_FALSE(await_published(published, 0ms));
  std::thread later([&] { published.write({.looking = false, .places = {place("sda1", "a")}}); });
  const auto found = await_published(published, 60s);
  later.join();
  REQUIRE(found);
  CHECK(found->places.size() == 1);
}

TEST_CASE_METHOD(Disks, "found: a locked volume that is open is listed by what is on it") {
  const TemporaryFolder folder;
  const Published published(folder.path());
  PublishedPlace locked = place("sdb1", "LUKS volume", Kind::locked);
  locked.state = State::locked;
  locked.uuid = "abcd";
  PublishedPlace other = locked;
  other.name = "sdc1";
  other.uuid = "ef01";
  other.list.entries[0].id = "sdc1#x";
  published.write({.looking = false, .places = {locked, other}});
  TemporaryFolder& disk = mounter.add({.node = "/dev/mapper/luks-abcd", .type = "ext4"});
  disk.write("vmlinuz", "x");
  disk.write("extlinux.conf", "LABEL inside\n KERNEL /vmlinuz\n");
  const EntryList all = list(published);
  REQUIRE(all.entries.size() == 2);
  CHECK(all.entries[0].id == "sdc1#x");
  CHECK(all.entries[1].id == "mapper/luks-abcd#inside");
  CHECK(all.entries[1].number == 2);
}

namespace {

/// A LUKS volume on sdb1, open, with a volume group of / and swap in it.
struct OpenGroup : Disks {
  OpenGroup() {
    mounter.add({.node = "/dev/sdb1", .type = "crypto_LUKS", .uuid = "abcd"});
    mounter.add({.node = "/dev/mapper/luks-abcd", .type = "LVM2_member", .parents = {"/dev/sdb1"}});
    mounter.add({.node = "/dev/sdc1", .type = "ext4"}).write("extlinux.conf", "LABEL x\n KERNEL /k\n");
    volumes.steps_without_key.emplace_back([this] {
      const std::vector<std::string> parents = {"/dev/mapper/luks-abcd"};
      mounter.add({.node = "/dev/mapper/vg-root", .type = "ext4", .parents = parents})
          .write("extlinux.conf", "LABEL inside\n KERNEL /vmlinuz\n");
      mounter.add({.node = "/dev/mapper/vg-swap", .type = "swap", .parents = parents});
    });
  }
  ListNote note() {
    return [this](const std::string& text) { notes.push_back(text); };
  }
};

}  // namespace

TEST_CASE_METHOD(OpenGroup, "found: the logical volumes on an opened volume are activated and listed") {
  const EntryList list = list_opened("mapper/luks-abcd", resolver, note());
  REQUIRE(list.entries.size() == 1);
  CHECK(list.entries[0].id == "mapper/vg-root#inside");
  CHECK(notes.empty());
  CHECK(volumes.asked.empty());
}

TEST_CASE_METHOD(OpenGroup, "found: a volume that others are made of has no entries and is no error") {
  REQUIRE(list_volumes(resolver, note()).entries.empty());
  list_opened("mapper/luks-abcd", resolver, note());
  const EntryList list = list_volumes(resolver, note());
  REQUIRE(list.entries.size() == 1);
  CHECK(list.entries[0].id == "mapper/vg-root#inside");
  CHECK(notes.empty());
}

TEST_CASE_METHOD(OpenGroup, "found: an opened volume with nothing that could be listed is an error") {
  volumes.steps_without_key.clear();
  CHECK_THROWS_WITH(list_opened("mapper/luks-abcd", resolver, note()),
                    "mapper/luks-abcd: no file system but LVM2_member");
}

TEST_CASE_METHOD(Disks, "found: an opened volume with a file system has nothing activated") {
  mounter.add({.node = "/dev/mapper/luks-abcd", .type = "ext4"})
      .write("extlinux.conf", "LABEL a\n KERNEL /k\n");
  volumes.steps_without_key.emplace_back([] { FAIL("activated"); });
  CHECK(list_opened("mapper/luks-abcd", resolver, [](const std::string&) {}).entries.size() == 1);
}
