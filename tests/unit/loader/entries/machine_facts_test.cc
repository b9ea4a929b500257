#include "loader/entries/machine_facts.h"

#include <catch2/catch.hpp>

#include "loader/entries/boot_places.h"
#include "loader/entries/device_trees.h"
#include "tests/unit/fakes/fake_fetcher.h"
#include "tests/unit/fakes/fake_initiator.h"
#include "tests/unit/fakes/fake_machine_facts.h"
#include "tests/unit/fakes/fake_volumes.h"
#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;        // NOLINT(google-build-using-namespace)
using namespace kboot::test;  // NOLINT(google-build-using-namespace)

namespace {

FakeMachineFacts server() {
  FakeMachineFacts machine;
  machine.smbios = {{"product_uuid", "4c4c4544-0044-4a10-8031-b4c04f4e3832"},
                    {"product_serial", "1DJ1N82"},
                    {"chassis_asset_tag", "A17"},
                    {"sys_vendor", "Dell Inc."},
                    {"product_name", "PowerEdge R640"}};
  Link first{.name = "eth0", .index = 2, .mac = "52:54:00:00:00:01", .wired = true};
  Link radio{.name = "wlan0", .index = 3, .mac = "52:54:00:00:00:02"};
  Link second{.name = "eth1", .index = 4, .mac = "52:54:00:00:00:03", .carrier = true, .wired = true};
  second.lease = Lease{.address = "10.0.2.15/22",
                       .server = "10.0.2.2",
                       .router = "10.0.2.3 10.0.2.4",
                       .dns = "10.0.2.5",
                       .hostname = "node7",
                       .next_server = "10.0.2.6",
                       .boot_file = "menu.ipxe"};
  machine.all_links = {first, radio, second};
  return machine;
}

}  // namespace

TEST_CASE("machine facts: iPXE's settings are what SMBIOS, the links and the lease say") {
  FakeMachineFacts machine = server();
  const auto is = [&](const std::string& name, const std::optional<std::string>& value) {
    INFO(name);
    CHECK(ipxe_setting(name, machine) == value);
  };
  is("uuid", "4c4c4544-0044-4a10-8031-b4c04f4e3832");
  is("smbios/uuid", "4c4c4544-0044-4a10-8031-b4c04f4e3832");
  is("serial", "1DJ1N82");
  is("asset", "A17");
  is("manufacturer", "Dell Inc.");
  is("product", "PowerEdge R640");
  is("board-serial", std::nullopt);
  is("net0/mac", "52:54:00:00:00:01");
  is("net1/mac", "52:54:00:00:00:03");
  is("net2/mac", std::nullopt);
  is("netX/mac", "52:54:00:00:00:03");
  is("mac", "52:54:00:00:00:03");
  is("ip", "10.0.2.15");
  is("net0/ip", std::nullopt);
  is("net1.dhcp/ip", "10.0.2.15");
  is("netmask", "255.255.252.0");
  is("gateway", "10.0.2.3");
  is("dns", "10.0.2.5");
  is("hostname", "node7");
  is("dhcp-server", "10.0.2.2");
  is("next-server", "10.0.2.6");
  is("filename", "menu.ipxe");
  is("root-path", std::nullopt);
  is("fruit", std::nullopt);
}

TEST_CASE("machine facts: without a lease, the link with a cable is the one that is meant") {
  FakeMachineFacts machine = server();
  machine.all_links[2].lease.reset();
  CHECK(ipxe_setting("mac", machine) == "52:54:00:00:00:03");
  CHECK(ipxe_setting("ip", machine) == std::nullopt);
  machine.all_links[2].addresses = {"fe80::1/64", "192.168.7.9/24"};
  CHECK(ipxe_setting("ip", machine) == "192.168.7.9");
  CHECK(ipxe_setting("netmask", machine) == "255.255.255.0");
  machine.all_links.clear();
  CHECK(ipxe_setting("mac", machine) == std::nullopt);
}

TEST_CASE("machine facts: SMBIOS is read from sysfs") {
  TemporaryFolder root;
  root.write("sys/class/dmi/id/product_serial", "1DJ1N82\n");
  LinuxMachineFacts machine(root.path());
  CHECK(machine.dmi("product_serial") == "1DJ1N82");
  CHECK(machine.dmi("product_uuid").empty());
  CHECK(machine.firmware() == Firmware::bios);
  root.write("sys/firmware/efi/systab", "");
  CHECK(machine.firmware() == Firmware::uefi);
}

TEST_CASE("machine facts: a script of iPXE and a loader.conf on a disk are read with them") {
  TemporaryFolder disk;
  disk.write("k", "");
  disk.write("x.ipxe", "#!ipxe\nkernel /k id=${uuid} mac=${net0/mac:hexhyp} at=${platform}\nboot\n");
  disk.write("loader/loader.conf", "default @saved\n");
  disk.write("loader/entries/a.conf", "linux /k\n");
  disk.write("loader/entries/b.conf", "linux /k\noptions b\n");
  const auto mounter = make_tree_mounter({"sda1=" + disk.path()});
  FakeFetcher fetcher;
  FakeVolumes volumes;
  FakeInitiator initiator;
  Resolver resolver(*mounter, fetcher, volumes, initiator);
  FakeMachineFacts machine = server();
  machine.started_by = Firmware::uefi;
  machine.last = "b.conf";
  const auto list = [&](const std::string& place) {
    return list_place(find_place(place, resolver, KbootPath{"/"}).value(), resolver, machine);
  };
  REQUIRE(list("sda1:/x.ipxe").entries.size() == 1);
  CHECK(list("sda1:/x.ipxe").entries[0].entry.cmdline ==
        "id=4c4c4544-0044-4a10-8031-b4c04f4e3832 mac=52-54-00-00-00-01 at=efi");
  REQUIRE(list("sda1").entries.size() == 2);
  for (const ListedEntry& one : list("sda1").entries) CHECK(one.is_default == (one.name == "b"));
}
