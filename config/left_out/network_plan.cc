#include "config/network_plan.h"

namespace kboot {

// All links ask DHCP.

bool is_network_setting(std::string_view name) {
  return name.starts_with("net.") || name == "ip";
}

NetworkPlan read_network_plan(const Variables& variables, Diagnostics& diagnostics) {
  for (const auto& [name, variable] : variables.all())
    if (is_network_setting(name) && !variable.value.empty())
      diagnostics.push_back(diagnostic_at(variable, name + ": left out of this kboot: links ask DHCP"));
  return {};
}

}  // namespace kboot
