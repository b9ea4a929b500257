#include "pathfs/pci_devices.h"

#include <unistd.h>

#include "base/directory.h"
#include "base/file.h"

namespace kboot {
namespace {

/// `0x15b3` without what says that it is hexadecimal.
std::string digits(const std::string& file) {
  const std::string number = read_small_file(file);
  return number.starts_with("0x") ? number.substr(2) : number;
}

}  // namespace

std::vector<IdlePciDevice> idle_pci_devices(const PciKind& kind, const std::string& root) {
  const std::string folder = root + "/sys/bus/pci/devices/";
  std::vector<IdlePciDevice> devices;
  for (const std::string& address : directory_names(folder)) {
    const std::string device = folder + address;
    if (!read_small_file(device + "/class").starts_with(kind.device_class)) continue;
    if (::access((device + "/driver").c_str(), F_OK) == 0) continue;
    devices.push_back({kind, address, digits(device + "/vendor") + ":" + digits(device + "/device")});
  }
  return devices;
}

std::string without_driver(const IdlePciDevice& device) {
  std::string message = "no driver here for the ";
  return message.append(device.kind.name) + " " + device.id + " at " + device.address;
}

}  // namespace kboot
