#include <algorithm>
#include <string_view>

#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/lower_case.h"
#include "base/text.h"
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

std::string LinuxMachineFacts::boot_mac() {
  constexpr std::string_view kWord = "BOOTIF=";
  constexpr std::size_t kMac = 17;
  for (const std::string& word : split_blanks(read_small_file(root_ + "/proc/cmdline"))) {
    if (!word.starts_with(kWord) || word.size() < kWord.size() + kMac) continue;
    // Before the address stands the kind of hardware: 01-52-54-00-12-34-56.
    std::string mac = lower_case(word.substr(word.size() - kMac));
    std::replace(mac.begin(), mac.end(), '-', ':');
    return mac;
  }
  return "";
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

std::optional<BootOptions> LinuxMachineFacts::boot_options() {
  return firmware_boot_options();
}

}  // namespace kboot
