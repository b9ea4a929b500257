#include "pathfs/pci_devices.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;

namespace {

struct Machine : test::TemporaryFolder {
  void add(const std::string& address, const std::string& device_class, const std::string& device) const {
    const std::string folder = "sys/bus/pci/devices/" + address;
    write(folder + "/class", device_class + "\n");
    write(folder + "/vendor", "0x15b3\n");
    write(folder + "/device", device + "\n");
  }
};

}  // namespace

TEST_CASE_METHOD(Machine, "PCI: devices of a class that no driver has taken") {
  add("0000:00:02.0", "0x030000", "0x1111");
  add("0000:03:00.0", "0x020000", "0x1017");
  add("0000:04:00.0", "0x020000", "0x1018");
  add("0000:05:00.0", "0x028000", "0x2723");  // wireless
  add("0000:06:00.0", "0x010700", "0x0097");
  make_folder("sys/bus/pci/devices/0000:04:00.0/driver");
  const std::vector<IdlePciDevice> cards = idle_pci_devices(kNetworkCard, path());
  REQUIRE(cards.size() == 1);
  CHECK(without_driver(cards[0]) == "no driver here for the network card 15b3:1017 at 0000:03:00.0");
  CHECK(idle_pci_devices(kDiskController, path()).size() == 1);
  CHECK(idle_pci_devices(kDiskController, path("nothing")).empty());
}

TEST_CASE_METHOD(Machine, "PCI: a device that says nothing of itself") {
  make_folder("sys/bus/pci/devices/0000:03:00.0");
  CHECK(idle_pci_devices(kNetworkCard, path()).empty());
  write("sys/bus/pci/devices/0000:03:00.0/class", "0x020000");
  CHECK(idle_pci_devices(kNetworkCard, path()).size() == 1);
}
