#include "pathfs/resolver.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "tests/unit/fakes/fake_fetcher.h"
#include "tests/unit/fakes/fake_initiator.h"
#include "tests/unit/fakes/fake_mounter.h"
#include "tests/unit/fakes/fake_server_policy.h"
#include "tests/unit/fakes/fake_volumes.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)
using kboot::test::FakeFetcher;
using kboot::test::FakeInitiator;
using kboot::test::FakeMounter;
using kboot::test::FakeServerPolicy;
using kboot::test::FakeVolumes;
using kboot::test::TemporaryFolder;
using namespace std::chrono_literals;
using Nodes = std::vector<std::string>;

namespace {

/// A machine with / on sda1, /boot on sda2, /boot/efi on sda3, and a disk sda6 that no fstab names.
struct Machine {
  FakeMounter mounter;
  FakeFetcher fetcher;
  TemporaryFolder& root = mounter.add({.node = "/dev/sda1", .uuid = "1111"});
  TemporaryFolder& boot = mounter.add({.node = "/dev/sda2", .label = "boot"});
  TemporaryFolder& efi = mounter.add({.node = "/dev/sda3"});
  TemporaryFolder& other = mounter.add({.node = "/dev/sda6"});
  FakeVolumes volumes;
  FakeInitiator initiator;
  Resolver resolver{mounter, fetcher, volumes, initiator};

  Machine() {
    root.write("etc/passwd", "root of sda1");
    root.write("boot/hidden", "below the mount of sda2");
    root.make_folder("boot/efi");
    boot.write("vmlinuz", "kernel");
    boot.write("grub/grub.cfg");
    efi.write("EFI/shim.efi", "shim");
    other.write("d/k", "other");
    BootedRoot booted;
    booted.fstab = {{"UUID=1111", "/", "ext4", "noatime"},
                    {"LABEL=boot", "/boot", "ext4", "noauto"},
                    {"/dev/sda3", "/boot/efi", "vfat", ""}};
    resolver.set_booted_root(booted);
  }

  Location parse(const std::string& text, const Location& cwd = BootedPath{"/"}) {
    return resolver.parse(text, cwd);
  }
  std::optional<ResolvedFile> find(const std::string& text) { return resolver.find(parse(text)); }
  /// Where a file really is, or "absent".
  std::string where(const std::string& text) {
    const auto file = find(text);
    return file ? to_string(file->location) : "absent";
  }
  std::string read(const std::string& text) {
    const UniqueFd fd = resolver.open(resolver.resolve(parse(text)), {});
    return read_file(fd.get(), 1000);
  }
  std::string error(const std::string& text) {
    try {
      resolver.resolve(parse(text));
    } catch (const Error& error) {
      return describe(error);
    }
    return "no error";
  }
  /// `name` for regular files, `name/` for folders, `name@` for block devices, `name?` for the rest.
  Nodes list(const std::string& text) {
    Nodes names;
    for (const DirectoryEntry& entry : resolver.list(resolver.resolve(parse(text)))) {
      std::string suffix;
      if (entry.kind == FileKind::directory) suffix = "/";
      if (entry.kind == FileKind::block_device) suffix = "@";
      if (entry.kind == FileKind::other) suffix = "?";
      names.push_back(entry.name + suffix);
    }
    return names;
  }
};

}  // namespace

TEST_CASE("resolver: a file in the booted system is found on the disk that fstab names") {
  Machine machine;
  const ResolvedFile file = machine.resolver.resolve(BootedPath{"/boot/vmlinuz"});
  CHECK(file.location == Location(BootedPath{"/boot/vmlinuz"}));
  CHECK(file.kind == FileKind::regular);
  CHECK(file.source == "/dev/sda2");
  CHECK(file.path == "/vmlinuz");
  CHECK(file.local_path == machine.boot.path("vmlinuz"));
  CHECK(machine.read("/boot/vmlinuz") == "kernel");
  CHECK(machine.read("/etc/passwd") == "root of sda1");
}

TEST_CASE("resolver: only what is needed is mounted, as fstab says and read-only") {
  Machine machine;
  machine.mounter.failures["/dev/sda1"] = "still locked";
  CHECK(machine.read("/boot/efi/EFI/shim.efi") == "shim");
  CHECK(machine.mounter.mounted() == Nodes{"/dev/sda3"});
  CHECK(machine.read("/boot/vmlinuz") == "kernel");
  CHECK(machine.mounter.mounted() == Nodes{"/dev/sda3", "/dev/sda2"});
  CHECK(machine.mounter.mounts[1].type == "ext4");
  CHECK(machine.mounter.mounts[1].options == "noauto");
  CHECK(machine.mounter.mounts[1].access == Access::read_only);
  CHECK(machine.error("/etc/passwd") == "mount /dev/sda1: still locked");
}

TEST_CASE("resolver: a mount point shows the disk on it, not the folder below") {
  Machine machine;
  CHECK(machine.where("/boot/hidden") == "absent");
  CHECK(machine.where("/boot") == "/boot");
  CHECK(machine.find("/boot")->path == "/");
  CHECK(machine.find("/boot")->source == "/dev/sda2");
}

TEST_CASE("resolver: mount_rw mounts writable") {
  Machine machine;
  BootedRoot booted = machine.resolver.booted_root();
  booted.access = Access::read_write;
  machine.resolver.set_booted_root(booted);
  CHECK(machine.find("/boot/vmlinuz"));
  CHECK(machine.mounter.mounts.at(0).access == Access::read_write);
}

TEST_CASE("resolver: root= beats fstab's entry for /") {
  Machine machine;
  machine.mounter.add({.node = "/dev/sdb1"}).write("etc/passwd", "root of sdb1");
  BootedRoot booted = machine.resolver.booted_root();
  booted.device = "/dev/sdb1";
  machine.resolver.set_booted_root(booted);
  CHECK(machine.read("/etc/passwd") == "root of sdb1");
  CHECK(machine.mounter.mounts.at(0).options.empty());
}

TEST_CASE("resolver: root= of the device that fstab means keeps fstab's options") {
  Machine machine;
  BootedRoot booted = machine.resolver.booted_root();
  booted.device = "sda1";
  machine.resolver.set_booted_root(booted);
  CHECK(machine.find("/etc/passwd"));
  CHECK(machine.mounter.mounts.at(0).options == "noatime");
}

TEST_CASE("resolver: of two fstab entries for a place the last is seen") {
  Machine machine;
  BootedRoot booted = machine.resolver.booted_root();
  booted.fstab.push_back({"/dev/sda6", "/boot", "ext4", ""});
  machine.resolver.set_booted_root(booted);
  CHECK(machine.read("/boot/d/k") == "other");
}

TEST_CASE("resolver: a bind mount leads to where the files are") {
  Machine machine;
  BootedRoot booted;
  booted.fstab = {{"UUID=1111", "/", "ext4", ""},          {"/dev/sda6", "/data", "ext4", ""},
                  {"/data/d", "/boot", "none", "bind"},    {"/boot", "/twice", "none", "rbind,ro"},
                  {"LABEL=boot", "/boot/efi", "ext4", ""}, {"/round", "/round", "none", "bind"}};
  machine.resolver.set_booted_root(booted);
  CHECK(machine.where("/boot/k") == "/data/d/k");
  CHECK(machine.find("/boot/k")->source == "/dev/sda6");
  CHECK(machine.find("/boot/k")->path == "/d/k");
  CHECK(machine.read("/twice/k") == "other");
  CHECK(machine.where("/boot") == "/data/d");
  CHECK(machine.where("/boot/efi/vmlinuz") == "/boot/efi/vmlinuz");
  CHECK_THAT(machine.error("/round/k"), Catch::Contains("symbolic links"));
  const Nodes listed = machine.list("/");
  CHECK(std::find(listed.begin(), listed.end(), "twice/") != listed.end());
}

TEST_CASE("resolver: a tag of several devices is noted once, with the one that is used") {
  Machine machine;
  machine.mounter.add({.node = "/dev/sdb1", .uuid = "1234-ABCD"}).write("k");
  machine.mounter.add({.node = "/dev/sdb2", .uuid = "1234-ABCD"});
  machine.mounter.add({.node = "/dev/sdc1", .type = "btrfs", .label = "pool", .uuid = "77"}).write("k");
  machine.mounter.add({.node = "/dev/sdd1", .type = "btrfs", .label = "pool", .uuid = "77"});
  machine.mounter.add({.node = "/dev/sde", .label = "path"}).write("k");
  machine.mounter.add({.node = "/dev/mapper/path", .label = "path", .parents = {"/dev/sde"}});
  std::vector<std::string> notes;
  machine.resolver.set_on_note([&](const std::string& message) { notes.push_back(message); });
  {
    const Resolver::Glance glance(machine.resolver, [](const std::string&) { return false; });
    machine.read("UUID=1234-ABCD:/k");
  }
  CHECK(notes.empty());
  machine.read("UUID=1234-ABCD:/k");
  machine.read("UUID=1234-ABCD:/k");
  for (const char* one : {"UUID=1111:/etc/passwd", "LABEL=pool:/k", "LABEL=path:/k", "sdb1:/k"})
    machine.read(one);
  CHECK(notes == std::vector<std::string>{"UUID=1234-ABCD names /dev/sdb1 and /dev/sdb2: /dev/sdb1 is used"});
}

TEST_CASE("resolver: what is bound at the root would lie in itself") {
  Machine machine;
  BootedRoot booted;
  booted.fstab = {{"/data", "/", "none", "bind"}};
  machine.resolver.set_booted_root(booted);
  CHECK_THAT(machine.error("/boot/k"), Catch::Contains("/data cannot be bound at /"));
  CHECK_THROWS_WITH(machine.resolver.mount_booted_system(), Catch::Contains("cannot be bound at /"));
}

TEST_CASE("resolver: the last entry for a place decides whether it is a bind mount") {
  Machine machine;
  BootedRoot booted;
  booted.fstab = {
      {"UUID=1111", "/", "ext4", ""}, {"/etc", "/boot", "none", "bind"}, {"LABEL=boot", "/boot", "ext4", ""}};
  machine.resolver.set_booted_root(booted);
  CHECK(machine.where("/boot/vmlinuz") == "/boot/vmlinuz");
}

TEST_CASE("resolver: @ on a btrfs is looked for at its top, whatever is its default sub-volume") {
  Machine machine;
  machine.mounter.add({.node = "/dev/sda7", .type = "btrfs"}).write("@/boot/k", "in a sub-volume");
  CHECK(machine.read("sda7:@/boot/k") == "in a sub-volume");
  CHECK(machine.mounter.mounts[0].options == "subvolid=5");
  machine.other.write("@x/k", "in a folder");
  CHECK(machine.read("sda6:@x/k") == "in a folder");
  CHECK(machine.mounter.mounts[1].options.empty());
}

TEST_CASE("resolver: on a host / is the host's own root") {
  Machine machine;
  const TemporaryFolder host;
  host.write("boot/vmlinuz", "the host's");
  BootedRoot booted;
  booted.local_directory = host.path();
  machine.resolver.set_booted_root(booted);
  CHECK(machine.read("/boot/vmlinuz") == "the host's");
  CHECK_FALSE(machine.find("/boot/vmlinuz")->source);
  CHECK(machine.mounter.mounts.empty());
}

TEST_CASE("resolver: nothing says where the booted system is") {
  Machine machine;
  machine.resolver.set_booted_root({});
  CHECK_THAT(machine.error("/boot/vmlinuz"), Catch::Contains("neither root= is set"));
}

TEST_CASE("resolver: files on devices") {
  Machine machine;
  const ResolvedFile file = machine.resolver.resolve(machine.parse("sda6:d/k"));
  CHECK(file.source == "/dev/sda6");
  CHECK(file.path == "/d/k");
  CHECK(to_string(file.location) == "/dev/sda6:/d/k");
  CHECK(machine.read("LABEL=boot:/vmlinuz") == "kernel");
  CHECK(machine.read("UUID=1111:/boot/hidden") == "below the mount of sda2");
}

TEST_CASE("resolver: what is not there is nothing, what cannot be had is an error") {
  Machine machine;
  CHECK(machine.where("/boot/absent") == "absent");
  CHECK(machine.where("/absent/vmlinuz") == "absent");
  CHECK(machine.where("sda6:/d/" + std::string(300, 'x')) == "absent");
  CHECK(machine.error("/boot/absent") == "no such file or directory");
  CHECK(machine.error("sda6:/d/k/x") == "Not a directory");
  CHECK(machine.error("sda9:/k") == "no such device");
  CHECK(machine.error("UUID=9999:/k") == "no such device");
}

TEST_CASE("resolver: fstab's troubles are told with the name that fstab uses") {
  Machine machine;
  BootedRoot booted = machine.resolver.booted_root();
  booted.fstab.push_back({"UUID=9999", "/srv", "ext4", ""});
  booted.fstab.push_back({"server:/home", "/home", "nfs", ""});
  machine.mounter.failures["server:/home"] = "no answer from server";
  machine.resolver.set_booted_root(booted);
  CHECK(machine.error("/srv/k") == "UUID=9999: no such device");
  CHECK(machine.error("/home/k") == "mount server:/home: no answer from server");
  booted.device = "sdz1";
  machine.resolver.set_booted_root(booted);
  CHECK(machine.error("/etc/passwd") == "root=sdz1: no such device");
}

TEST_CASE("resolver: a typed .. stays on its file system") {
  Machine machine;
  CHECK(machine.where("/boot/..") == "/boot");
  CHECK(machine.where("/boot/../../grub") == "/boot/grub");
  CHECK(machine.where("/etc/../../..") == "/");
  CHECK(machine.where("/etc/../etc/passwd") == "/etc/passwd");
  CHECK(machine.where("sda6:/../../d/../d/k") == "/dev/sda6:/d/k");
  CHECK(machine.where("/absent/../etc/passwd") == "absent");
}

TEST_CASE("resolver: links stay in their tree") {
  Machine machine;
  machine.root.link("abs", "/etc/passwd");
  machine.root.link("into-boot", "/boot/vmlinuz");
  machine.boot.link("to-root", "/etc/passwd");
  machine.boot.link("up", "../etc/passwd");
  machine.boot.link("far-up", "../../../../../../../../etc/passwd");
  machine.boot.link("grub/sideways", "../vmlinuz");
  machine.root.link("kernels", "boot/");
  machine.other.link("abs", "/d/k");
  machine.other.link("up", "../../../d");
  CHECK(machine.where("/abs") == "/etc/passwd");
  CHECK(machine.where("/into-boot") == "/boot/vmlinuz");
  CHECK(machine.where("/boot/to-root") == "/etc/passwd");
  CHECK(machine.where("/boot/up") == "/etc/passwd");
  CHECK(machine.where("/boot/far-up") == "/etc/passwd");
  CHECK(machine.where("/boot/grub/sideways") == "/boot/vmlinuz");
  CHECK(machine.where("/kernels/vmlinuz") == "/boot/vmlinuz");
  CHECK(machine.where("/kernels/../vmlinuz") == "/boot/vmlinuz");
  CHECK(machine.where("sda6:/abs") == "/dev/sda6:/d/k");
  CHECK(machine.where("sda6:/up/k") == "/dev/sda6:/d/k");
  CHECK(machine.read("/boot/to-root") == "root of sda1");
}

TEST_CASE("resolver: a link out of the disk finds nothing outside") {
  Machine machine;
  const TemporaryFolder outside;
  outside.write("secret");
  machine.other.link("out", outside.path("secret"));
  machine.other.link("out-dir", outside.path());
  CHECK(machine.where("sda6:/out") == "absent");
  CHECK(machine.where("sda6:/out-dir/secret") == "absent");
}

TEST_CASE("resolver: a file in an image file, and where it is") {
  Machine machine;
  machine.other.write("isos/x.iso", "an image");
  machine.mounter.add_image(machine.other.path("isos/x.iso")).write("live/vmlinuz", "a live system");
  machine.other.link("link", "isos/x.iso");
  const std::string path = GENERATE(as<std::string>(), "sda6:/isos/x.iso:/live/vmlinuz",
                                    "sda6:/link:/live/vmlinuz", "sda6:/isos/x.iso:/live/../../live/vmlinuz");
  CHECK(machine.where(path) == "/dev/sda6:/isos/x.iso:/live/vmlinuz");
  CHECK(machine.read(path) == "a live system");
  const auto file = machine.find(path);
  CHECK(file->source == "/dev/sda6:/isos/x.iso");
  CHECK(file->path == "/live/vmlinuz");
  CHECK(machine.where("sda6:/isos/x.iso:/none") == "absent");
  CHECK(machine.where("sda6:/isos/x.iso") == "/dev/sda6:/isos/x.iso");
  CHECK(machine.error("sda6:/isos/x.iso/live/vmlinuz") == "Not a directory");
}

TEST_CASE("resolver: an image's folder is listed, and a path goes on from it") {
  Machine machine;
  machine.other.write("x.iso", "an image");
  TemporaryFolder& image = machine.mounter.add_image(machine.other.path("x.iso"));
  image.write("live/vmlinuz");
  image.link("live/link", "/live/vmlinuz");
  CHECK(machine.list("sda6:/x.iso:") == Nodes{"live/"});
  CHECK(machine.list("sda6:/x.iso:/live") == Nodes{"link", "vmlinuz"});
  CHECK(to_string(machine.parse("live", DevicePath{"sda6", "/x.iso:"})) == "/dev/sda6:/x.iso:/live");
}

TEST_CASE("resolver: links in an image stay in it") {
  Machine machine;
  machine.other.write("x.iso", "an image");
  machine.other.write("vmlinuz", "outside");
  TemporaryFolder& image = machine.mounter.add_image(machine.other.path("x.iso"));
  image.write("vmlinuz", "inside");
  image.link("d/absolute", "/vmlinuz");
  image.link("d/up", "../../../vmlinuz");
  CHECK(machine.read("sda6:/x.iso:/d/absolute") == "inside");
  CHECK(machine.read("sda6:/x.iso:/d/up") == "inside");
}

TEST_CASE("resolver: an image in an image, and a partition of one") {
  Machine machine;
  machine.root.write("disk.img", "a disk");
  TemporaryFolder& disk = machine.mounter.add_image(machine.root.path("disk.img"), 2);
  disk.write("x.iso", "an image");
  machine.mounter.add_image(disk.path("x.iso")).write("vmlinuz", "deep");
  CHECK(machine.read("/disk.img:2:/x.iso:/vmlinuz") == "deep");
  CHECK(machine.where("/disk.img:2:/x.iso:/vmlinuz") == "/disk.img:2:/x.iso:/vmlinuz");
  CHECK(machine.find("/disk.img:2:/x.iso:/vmlinuz")->source == "/dev/sda1:/disk.img:2:/x.iso");
  CHECK(machine.error("/disk.img:/k") == "no file system is in this file");
  CHECK(machine.error("/disk.img:3:/k") == "no file system is in this file");
}

TEST_CASE(
    "resolver: a name with a colon behind it is no image's when there is such a file, or no regular one") {
  Machine machine;
  machine.other.write("x:", "its very name");
  machine.other.write("x", "an image");
  machine.other.make_folder("folder");
  CHECK(machine.read("sda6:/x:") == "its very name");
  CHECK(machine.where("sda6:/folder:/k") == "absent");
  CHECK(machine.where("sda6:/none.iso:/k") == "absent");
  CHECK(machine.where("sda6:/:/k") == "absent");
}

TEST_CASE("resolver: forty links are followed, no more") {
  Machine machine;
  machine.other.write("0");
  for (int i = 1; i <= 41; ++i) machine.other.link(std::to_string(i), std::to_string(i - 1));
  machine.other.link("loop", "loop");
  CHECK(machine.where("sda6:40") == "/dev/sda6:/0");
  CHECK_THAT(machine.error("sda6:41"), Catch::Contains("symbolic links"));
  CHECK_THAT(machine.error("sda6:loop"), Catch::Contains("symbolic links"));
}

TEST_CASE("resolver: special files are none to boot") {
  Machine machine;
  REQUIRE(mkfifo(machine.other.path("fifo").c_str(), 0600) == 0);
  machine.other.write("run");
  std::filesystem::permissions(machine.other.path("run"), std::filesystem::perms::owner_all);
  CHECK(machine.find("sda6:fifo")->kind == FileKind::other);
  CHECK(machine.find("sda6:run")->executable);
  CHECK_FALSE(machine.find("sda6:d/k")->executable);
  CHECK_FALSE(machine.find("sda6:d")->executable);
  CHECK_THROWS_WITH(machine.resolver.open(*machine.find("sda6:fifo"), {}), "not a regular file");
  CHECK_THROWS_WITH(machine.resolver.open(*machine.find("sda6:d"), {}), "not a regular file");
}

TEST_CASE("resolver: probing shows the first bytes and the size") {
  Machine machine;
  machine.fetcher.files["http://server/k"] = "0123456789";
  const UrlFacts local = machine.resolver.probe(*machine.find("/boot/vmlinuz"), 3, {});
  CHECK(local.head == "ker");
  CHECK(local.size == 6U);
  const UrlFacts remote = machine.resolver.probe(*machine.find("http://server/k"), 3, {});
  CHECK(remote.head == "012");
  CHECK(remote.size == 10U);
  CHECK(machine.fetcher.fetched.empty());
}

TEST_CASE("resolver: a URL is fetched when it is opened") {
  Machine machine;
  machine.fetcher.files["http://u:p@server/k"] = "from afar";
  const ResolvedFile file = machine.resolver.resolve(machine.parse("http://u:p@server/k"));
  CHECK(file.kind == FileKind::regular);
  CHECK(file.path == "http://server/k");
  CHECK(file.local_path.empty());
  CHECK_FALSE(file.source);
  CHECK(machine.fetcher.fetched.empty());
  CHECK(machine.read("http://u:p@server/k") == "from afar");
  CHECK(machine.fetcher.fetched == Nodes{"http://u:p@server/k"});
}

TEST_CASE("resolver: listing a folder") {
  Machine machine;
  machine.root.link("to-file", "/etc/passwd");
  machine.root.link("to-folder", "etc");
  machine.root.link("to-nothing", "nothing");
  machine.root.link("to-itself", "to-itself");
  machine.root.link("to-other-disk", "/boot/vmlinuz");
  BootedRoot booted = machine.resolver.booted_root();
  booted.fstab.push_back({"/dev/sda6", "/srv", "ext4", ""});
  machine.resolver.set_booted_root(booted);
  CHECK(machine.list("/") == Nodes{"boot/", "etc/", "srv/", "to-file", "to-folder/", "to-itself?",
                                   "to-nothing?", "to-other-disk?"});
  CHECK(machine.mounter.mounted() == Nodes{"/dev/sda1"});
  CHECK(machine.list("/boot") == Nodes{"efi/", "grub/", "vmlinuz"});
  CHECK(machine.list("sda6:/") == Nodes{"d/"});
  CHECK(machine.list("/boot/grub") == Nodes{"grub.cfg"});
}

TEST_CASE("resolver: kboot's own root") {
  Machine machine;
  const TemporaryFolder folder;
  folder.write("k", "in memory");
  folder.link("link", "k");
  CHECK(machine.read("/" + folder.path("link")) == "in memory");
  CHECK(machine.where("/" + folder.path("link")) == "//" + folder.path("k"));
  CHECK(machine.where("//../../..") == "//");
}

TEST_CASE("resolver: a late device is waited for") {
  Machine machine;
  std::vector<std::string> waited;
  machine.resolver.set_wait(10s);
  machine.resolver.set_on_wait([&](const std::string& device) {
    waited.push_back(device);
    return [] { return false; };
  });
  machine.mounter.add_late({.node = "/dev/sdb1", .uuid = "2222"}, 3).write("k", "late");
  CHECK(machine.read("UUID=2222:/k") == "late");
  CHECK(waited == Nodes{"UUID=2222"});

  machine.mounter.add_late({.node = "/dev/sdc1"}, 3).write("k", "later");
  CHECK(machine.read("sdc1:/k") == "later");
  CHECK(waited == Nodes{"UUID=2222", "sdc1"});
}

TEST_CASE("resolver: the wait for a device ends") {
  Machine machine;
  const auto start = std::chrono::steady_clock::now();
  CHECK(machine.error("sdz9:/k") == "no such device");
  CHECK(std::chrono::steady_clock::now() - start < 1s);
  machine.resolver.set_wait(1s);
  CHECK(machine.error("sdz9:/k") == "no such device");
  CHECK(std::chrono::steady_clock::now() - start >= 1s);
}

TEST_CASE("resolver: ^C ends the wait for a device") {
  Machine machine;
  Interrupt::install();
  Interrupt::clear();
  machine.resolver.set_wait(60s);
  machine.resolver.set_on_wait([](const std::string&) {
    Interrupt::request();
    return [] { return false; };
  });
  const auto start = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(machine.resolver.device_node("UUID=9999"), Cancelled);
  CHECK(std::chrono::steady_clock::now() - start < 5s);
  Interrupt::clear();
}

TEST_CASE("resolver: whoever waits may have enough of it") {
  Machine machine;
  machine.resolver.set_wait(3600s);
  int asked = 0;
  machine.resolver.set_on_wait([&](const std::string&) { return [&] { return ++asked == 3; }; });
  CHECK(machine.error("UUID=9999:/k") == "no such device");
  CHECK(asked == 3);
}

namespace {

/// A server with two exports, one in the other.
struct Nfs : Machine {
  TemporaryFolder& outer = mounter.add({.node = "server:/export"});
  Nfs() {
    outer.write("vmlinuz", "from nfs");
    outer.write("sub/initrd", "deeper");
    outer.link("sub/up", "../vmlinuz");
    outer.link("absolute", "/vmlinuz");
    outer.link("out", "../../../etc/passwd");
  }
};

}  // namespace

TEST_CASE("nfs: host:/dir is mounted for host:/dir/file, and for the folder itself") {
  Nfs machine;
  CHECK(machine.read("server:/export/vmlinuz") == "from nfs");
  CHECK(machine.mounter.mounted() == Nodes{"server:/export"});
  const auto file = machine.find("server:/export/vmlinuz");
  REQUIRE(file);
  CHECK(file->source == "server:/export");
  CHECK(file->path == "/vmlinuz");
  CHECK(to_string(file->location) == "server:/export/vmlinuz");

  Nfs again;
  CHECK(again.where("server:/export/") == "server:/export");
  CHECK(again.list("server:/export") == Nodes{"absolute", "out?", "sub/", "vmlinuz"});
}

TEST_CASE("nfs: what lies in a mounted export is found through it") {
  Nfs machine;
  CHECK(machine.where("server:/export") == "server:/export");
  CHECK(machine.read("server:/export/sub/initrd") == "deeper");
  CHECK(machine.mounter.mounted() == Nodes{"server:/export"});
  CHECK(machine.list("server:/export/sub") == Nodes{"initrd", "up"});
  CHECK(machine.where("server:/export/absent/k") == "absent");
}

TEST_CASE("nfs: neither `..` nor a link leaves the export") {
  Nfs machine;
  const Location cwd = machine.parse("server:/export/sub");
  CHECK(machine.resolver.resolve(machine.parse("../../../vmlinuz", machine.parse("server:/export"))).path ==
        "/vmlinuz");
  CHECK(machine.resolver.resolve(machine.parse("../vmlinuz", cwd)).path == "/vmlinuz");
  CHECK(machine.where("server:/export/sub/up") == "server:/export/vmlinuz");
  CHECK(machine.where("server:/export/absolute") == "server:/export/vmlinuz");
  CHECK(machine.where("server:/export/out") == "absent");
  CHECK(machine.where("server:/export/..") == "server:/export");
}

TEST_CASE("nfs: a folder that the server does not give is named in the error") {
  Nfs machine;
  CHECK(machine.error("server:/private/k") == "mount server:/private/k: the server has no such folder");
  machine.mounter.failures["other:/export"] = "no answer from other";
  CHECK(machine.error("other:/export/k") == "mount other:/export: no answer from other");
}

TEST_CASE("nfs: fstab's entry is mounted with its options, read-only unless asked for") {
  Nfs machine;
  BootedRoot booted = machine.resolver.booted_root();
  booted.fstab.push_back({"server:/export", "/srv", "nfs4", "vers=4.1,_netdev"});
  machine.resolver.set_booted_root(booted);
  CHECK(machine.where("/srv/sub/up") == "/srv/vmlinuz");
  REQUIRE(machine.mounter.mounts.size() == 1);
  CHECK(machine.mounter.mounts[0].options == "vers=4.1,_netdev");
  CHECK(machine.mounter.mounts[0].type == "nfs");
  CHECK(machine.mounter.mounts[0].access == Access::read_only);
}

TEST_CASE("iscsi: a path leads to the disk's file system, once the network is there") {
  Machine machine;
  machine.initiator.nodes["iqn.x:disk"] = "/dev/sda6";
  FakeServerPolicy policy;
  machine.resolver.set_server_policy(&policy);
  CHECK(machine.read("iscsi:server:::1:iqn.x:disk:/d/k") == "other");
  CHECK(policy.waits == std::vector<std::string>{"server"});
  CHECK(machine.find("iscsi:server:::1:iqn.x:disk:/d")->source == "/dev/sda6");
  CHECK(machine.where("iscsi:server:::1:iqn.x:disk:/d/../d/k") == "iscsi:server:::1:iqn.x:disk:/d/k");
  CHECK(machine.error("iscsi:server:::1:iqn.x:none:/k") == "the server has no such target");
  {
    const Resolver::Glance glance(machine.resolver, [](const std::string& /*server*/) { return true; });
    CHECK_THROWS_AS(machine.find("iscsi:server:::1:iqn.x:disk:/d"), Error);
  }
  machine.resolver.release();
  CHECK(machine.initiator.releases == 1);
}

TEST_CASE("the network is waited for before a server is asked, and only then") {
  Nfs machine;
  FakeServerPolicy policy;
  machine.resolver.set_server_policy(&policy);
  machine.fetcher.files["http://server/k"] = "from the web";
  CHECK(machine.read("/boot/vmlinuz") == "kernel");
  CHECK(policy.waits.empty());
  CHECK(machine.read("http://server/k") == "from the web");
  CHECK(policy.waits == std::vector<std::string>{""});
  CHECK(policy.fetched == std::vector<std::string>{"http://server/k"});
  CHECK(machine.read("server:/export/vmlinuz") == "from nfs");
  CHECK(policy.waits.back() == "server");
}

TEST_CASE("volumes: nothing is activated before a device is missing that may be one") {
  Machine machine;
  CHECK(machine.read("/boot/vmlinuz") == "kernel");
  CHECK(machine.error("sdz9:/k") == "no such device");
  CHECK(machine.error("server:/k") != "no error");
  CHECK(machine.volumes.asked.empty());
}

TEST_CASE("volumes: steps are taken until the device is there, and no further") {
  Machine machine;
  machine.volumes.steps = {
      [] {}, [&] { machine.mounter.add({.node = "/dev/vg/lv", .uuid = "abcd"}).write("k", "on a volume"); },
      [] { FAIL("one step too many"); }};
  CHECK(machine.read("vg/lv:/k") == "on a volume");
  CHECK(machine.read("UUID=abcd:/k") == "on a volume");
  CHECK(machine.volumes.asked == Nodes{"vg/lv", "vg/lv"});
}

TEST_CASE("volumes: names of arrays, mapped devices and tags lead to a look for them") {
  Machine machine;
  CHECK(machine.error("md0:/k") == "no such device");
  CHECK(machine.error("/dev/mapper/root:/k") == "no such device");
  CHECK(machine.error("UUID=1234:/k") == "no such device");
  CHECK(machine.volumes.asked == Nodes{"md0", "mapper/root", "UUID=1234"});
}

TEST_CASE("volumes: all is unmounted before it is taken down") {
  Machine machine;
  CHECK(machine.read("sda6:/d/k") == "other");
  machine.resolver.release();
  CHECK(machine.mounter.releases == 1);
  CHECK(machine.volumes.releases == 1);
}
