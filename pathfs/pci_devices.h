#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kboot {

/// A device on the PCI bus that no driver of the running kernel has taken.
struct IdlePciDevice {
  std::string address;  ///< `0000:03:00.0`
  std::string id;       ///< vendor and device, as `lspci -n` and pci.ids have them: `15b3:1017`
};

/// Beginnings of the class a PCI device says it is of (PCI Code and ID Assignment Specification, 1).
inline constexpr std::string_view kPciStorage = "0x01";
inline constexpr std::string_view kPciEthernet = "0x0200";

/// The devices of a class without a driver, of the machine whose sysfs is below `root`.
std::vector<IdlePciDevice> idle_pci_devices(std::string_view device_class, const std::string& root = "");

/// `no driver here for the network card 15b3:1017 at 0000:03:00.0`
std::string without_driver(std::string_view what, const IdlePciDevice& device);

}  // namespace kboot
