#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kboot {

/// A kind of PCI devices: how the class begins that they say they are of (PCI Code and ID Assignment
/// Specification, 1), and what people call them.
struct PciKind {
  std::string_view device_class;
  std::string_view name;
};

inline constexpr PciKind kDiskController{"0x01", "disk controller"};
inline constexpr PciKind kNetworkCard{"0x0200", "network card"};

/// A device on the PCI bus that no driver of the running kernel has taken.
struct IdlePciDevice {
  PciKind kind;
  std::string address;  ///< `0000:03:00.0`
  std::string id;       ///< vendor and device, as `lspci -n` and pci.ids have them: `15b3:1017`
};

/// The devices of a kind without a driver, of the machine whose sysfs is below `root`.
std::vector<IdlePciDevice> idle_pci_devices(const PciKind& kind, const std::string& root = "");

/// `no driver here for the network card 15b3:1017 at 0000:03:00.0`
std::string without_driver(const IdlePciDevice& device);

}  // namespace kboot
