#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "loader/entries/machine_facts.h"

namespace kboot::test {

/// A machine as the test says: by default one without SMBIOS and network, started by a BIOS.
class FakeMachineFacts final : public MachineFacts {
 public:
  Firmware started_by = Firmware::bios;
  std::map<std::string, std::string> smbios;
  std::vector<Link> all_links;
  std::optional<std::string> last;
  std::string booted_from;
  BootOptions options;  ///< of a machine that was started by UEFI

  Firmware firmware() override { return started_by; }
  std::string dmi(const std::string& name) override {
    const auto found = smbios.find(name);
    return found == smbios.end() ? "" : found->second;
  }
  const std::vector<Link>& links() override { return all_links; }
  std::string boot_mac() override { return booted_from; }
  std::optional<std::string> last_booted() override { return last; }
  std::optional<BootOptions> boot_options() override {
    return started_by == Firmware::uefi ? std::optional(options) : std::nullopt;
  }
};

}  // namespace kboot::test
