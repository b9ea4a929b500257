#include "loader/entries/device_trees.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "loader/entries/boot_places.h"
#include "loader/entries/devices.h"
#include "tests/unit/fakes/fake_fetcher.h"
#include "tests/unit/fakes/fake_initiator.h"
#include "tests/unit/fakes/fake_volumes.h"
#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)
using test::TemporaryFolder;

namespace {

struct Machine {
  explicit Machine(const std::vector<std::string>& options) : mounter(make_tree_mounter(options)) {}
  std::unique_ptr<Mounter> mounter;
  test::FakeFetcher fetcher;
  test::FakeVolumes volumes;
  test::FakeInitiator initiator;
  Resolver resolver{*mounter, fetcher, volumes, initiator};
};

std::vector<std::string> ids_at(const std::string& place, Resolver& resolver) {
  std::vector<std::string> ids;
  const auto found = find_place(place, resolver, KbootPath{"/"});
  if (!found) return {"none"};
  for (const ListedEntry& one : list_place(*found, resolver).entries) ids.push_back(one.id);
  return ids;
}

}  // namespace

TEST_CASE("device trees: a name, a directory and tags; commas are escaped") {
  TemporaryFolder folder;
  folder.make_folder("a,b");
  const DeviceTree tree = parse_device_tree("nvme0n1p3=" + folder.path("a\\,b") +
                                            ",UUID=12-34,LABEL=a\\,b,PARTUUID=p,PARTLABEL=l,TYPE=vfat");
  CHECK(tree.device.node == "/dev/nvme0n1p3");
  CHECK(tree.directory == folder.path("a,b"));
  CHECK(tree.device.uuid == "12-34");
  CHECK(tree.device.label == "a,b");
  CHECK(tree.device.partuuid == "p");
  CHECK(tree.device.partlabel == "l");
  CHECK(tree.device.type == "vfat");
  CHECK(tree.device.parents == std::vector<std::string>{"/dev/nvme0n1"});
  for (const char* wrong :
       {"", "sda1", "sda1=", "=/", "../x=/", "sda1=/nonexistent", "sda1=/,SIZE=1", "a:b=/"})
    CHECK_THROWS_AS(parse_device_tree(wrong), Error);
  CHECK_THROWS_AS(make_tree_mounter({"sda1=/", "sda1=/"}), Error);
}

TEST_CASE("names of partitions") {
  CHECK(parse_partition_name("sda1").disk == "sda");
  CHECK(parse_partition_name("nvme0n1p12").disk == "nvme0n1");
  CHECK(parse_partition_name("nvme0n1p12").number == 12);
  CHECK(parse_partition_name("mmcblk0p2").disk == "mmcblk0");
  for (const char* none : {"sda", "sr0", "nvme0n1", "mapper/root", "md0", "loop0", "dm-1", ""})
    CHECK(parse_partition_name(none).number == 0);
}

TEST_CASE("device trees: links are of the directory's own tree, and nothing leads out of it") {
  TemporaryFolder folder;
  folder.write("secret", "x");
  folder.write("disk/boot/k", "kernel");
  folder.link("disk/vmlinuz", "/boot/k");
  folder.link("disk/out", "../../secret");
  Machine machine({"sda1=" + folder.path("disk") + ",UUID=AB-cd"});
  const auto exists = [&](const std::string& path) {
    return machine.resolver.find(machine.resolver.parse(path, KbootPath{"/"})).has_value();
  };
  CHECK(exists("sda1:/vmlinuz"));
  CHECK(exists("UUID=ab-CD:/vmlinuz"));
  CHECK_FALSE(exists("sda1:/out"));
  CHECK_FALSE(exists("sda1:/../secret"));
  CHECK_FALSE(exists("sda1:/BOOT/K"));
}

TEST_CASE("device trees: names on a FAT count without regard to case") {
  TemporaryFolder folder;
  folder.write("efi/linux/k", "kernel");
  Machine machine({"sda1=" + folder.path("") + ",TYPE=vfat"});
  const auto found = machine.resolver.find(DevicePath{"sda1", "/EFI/Linux/K"});
  REQUIRE(found);
  CHECK(found->path == "/efi/linux/k");
}

TEST_CASE("places: a device by each of its names, a folder, a file") {
  TemporaryFolder folder;
  folder.write("disk/k", "kernel");
  folder.write("disk/boot/k", "kernel");
  folder.write("disk/loader/entries/arch.conf", "linux /k\n");
  folder.write("disk/boot/loader/entries/inner.conf", "linux /k\noptions inner\n");
  folder.write("disk/named", "LABEL one\nKERNEL k\n");
  Machine machine({"sda1=" + folder.path("disk") + ",UUID=12"});
  using Ids = std::vector<std::string>;
  CHECK(ids_at("sda1", machine.resolver) == Ids{"sda1#arch", "sda1#inner"});
  CHECK(ids_at("/dev/sda1", machine.resolver) == Ids{"sda1#arch", "sda1#inner"});
  CHECK(ids_at("UUID=12", machine.resolver) == Ids{"sda1#arch", "sda1#inner"});
  CHECK(ids_at("sda1:/boot", machine.resolver) == Ids{"sda1:/boot#inner"});
  CHECK(ids_at("sda1:/named", machine.resolver) == Ids{"sda1:/named#one"});
  CHECK(ids_at("UUID=12:/loader/entries/arch.conf", machine.resolver) ==
        Ids{"sda1:/loader/entries/arch.conf#arch"});
  CHECK(ids_at("UUID=13", machine.resolver) == Ids{"none"});
  CHECK(ids_at("sda1:/nothing", machine.resolver) == Ids{"none"});
  const std::string host = "//" + folder.path("disk").substr(1);
  CHECK(ids_at(host, machine.resolver) == Ids{host + "#arch", host + "#inner"});

  const auto word = split_entry_word("UUID=12#arch", machine.resolver, KbootPath{"/"});
  REQUIRE(word);
  CHECK(word->name == "arch");
  CHECK_FALSE(split_entry_word("sda2#arch", machine.resolver, KbootPath{"/"}));
}
