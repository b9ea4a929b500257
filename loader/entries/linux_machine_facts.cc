#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "loader/attempts/firmware_boot.h"
#include "loader/entries/machine_facts.h"

namespace kboot {

Firmware LinuxMachineFacts::firmware() {
  return ::access((root_ + "/sys/firmware/efi").c_str(), F_OK) == 0 ? Firmware::uefi : Firmware::bios;
}

std::string LinuxMachineFacts::dmi(const std::string& name) {
  const auto known = dmi_.find(name);
  if (known != dmi_.end()) return known->second;
  return dmi_[name] = read_small_file(root_ + "/sys/class/dmi/id/" + name);
}

const std::vector<Link>& LinuxMachineFacts::links() {
  if (!links_) links_ = read_links(root_, read_addresses());
  return *links_;
}

std::optional<std::string> LinuxMachineFacts::last_booted() {
  try {
    return last_booted_entry();
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    log_info("the entry that was started last is not known: {}", describe(error));
    return std::nullopt;
  }
}

}  // namespace kboot
