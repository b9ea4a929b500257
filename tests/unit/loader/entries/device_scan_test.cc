#include "loader/entries/device_scan.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_fetcher.h"
#include "tests/unit/fakes/fake_initiator.h"
#include "tests/unit/fakes/fake_mounter.h"
#include "tests/unit/fakes/fake_volumes.h"

using namespace kboot;        // NOLINT(google-build-using-namespace)
using namespace kboot::test;  // NOLINT(google-build-using-namespace)
using State = PublishedPlace::State;

namespace {

struct Machine {
  FakeMounter disks;
  FakeFetcher fetcher;
  FakeVolumes volumes;
  FakeInitiator initiator;
  PublishedPlace scan(const std::string& name) {
    Resolver resolver(disks, fetcher, volumes, initiator);
    return scan_device(name, resolver);
  }
};

constexpr const char* kGrub = "menuentry Debian --id debian {\n linux /boot/vmlinuz ro\n}\n";

}  // namespace

TEST_CASE("device scan: entries, the system's name, and whether it is a root") {
  Machine machine;
  TemporaryFolder& disk = machine.disks.add({.node = "/dev/sda1", .type = "ext4"});
  disk.write("boot/grub/grub.cfg", kGrub);
  disk.write("boot/vmlinuz", "x");
  disk.write("etc/fstab", "");
  disk.write("usr/lib/os-release", "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n");
  const PublishedPlace place = machine.scan("sda1");
  CHECK(place.state == State::done);
  CHECK(place.has_fstab);
  CHECK(place.system == "Debian GNU/Linux 12");
  REQUIRE(place.list.entries.size() == 1);
  CHECK(place.list.entries[0].id == "sda1#debian");
}

TEST_CASE("device scan: a file system that cannot be mounted is a place with the reason") {
  Machine machine;
  machine.disks.add({.node = "/dev/sda1", .type = "ext4"});
  machine.disks.failures["/dev/sda1"] = "the ext4 on it is damaged, or cannot be read";
  const PublishedPlace place = machine.scan("sda1");
  CHECK(place.state == State::failed);
  CHECK(place.why.ends_with("the ext4 on it is damaged, or cannot be read"));
  CHECK(place.list.entries.empty());
}

TEST_CASE("device scan: what a probe found is read as it was written") {
  ProbedDevice probed;
  probed.device = {.node = "/dev/sda1", .type = "ext4", .partitioned = true, .label = "a \"b\"", .uuid = "u"};
  probed.device.partuuid = "pu";
  probed.device.partlabel = "pl";
  probed.device.parents = {"/dev/sda"};
  probed.removable = true;
  const auto read = parse_probed(probed_json(probed));
  REQUIRE(read);
  CHECK(read->device.node == "/dev/sda1");
  CHECK(read->device.type == "ext4");
  CHECK(read->device.label == "a \"b\"");
  CHECK(read->device.uuid == "u");
  CHECK(read->device.partuuid == "pu");
  CHECK(read->device.partlabel == "pl");
  CHECK(read->device.parents == std::vector<std::string>{"/dev/sda"});
  CHECK(read->device.partitioned);
  CHECK(read->removable);
  for (const char* text : {"", "!x", "[]", "{}", "{\"node\":7}", "{\"node\":\"/dev/sda"})
    CHECK_FALSE(parse_probed(text));
}

TEST_CASE("device scan: other devices are found by what is known of them") {
  FakeMounter disks;
  disks.add({.node = "/dev/sda1", .uuid = "1111"});
  disks.add({.node = "/dev/sdb1", .uuid = "2222"});
  KnownDevicesMounter known(disks, {{.node = "/dev/sda1", .uuid = "1111"}});
  CHECK(known.find_device("UUID=1111") == "/dev/sda1");
  CHECK_FALSE(known.find_device("UUID=2222"));
  CHECK(known.find_device("sdb1") == "/dev/sdb1");
  CHECK(disks.probes == 0);
  CHECK(known.devices().size() == 1);
  CHECK_THROWS_AS(known.mount_alone({.source = "/dev/sda1"}), Error);
}
