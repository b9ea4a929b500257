// Any settings give a plan in which every name and address can be given to ip(8), and which a file keeps.

#include <algorithm>
#include <cstdint>
#include <string>

#include "config/kboot_conf.h"
#include "config/network_plan.h"
#include "require.h"

namespace {

using namespace kboot;  // NOLINT(google-build-using-namespace)

void check_word(const std::string& word) {
  require(!word.empty() && word.front() != '-' && word.find_first_of(" \t\n/'\"\\;$") == std::string::npos);
}

void check(const LinkPlan& link) {
  for (const std::string& address : link.addresses) check_word(address.substr(0, address.find('/')));
  for (const std::string& address : link.gateways) check_word(address);
  for (const std::string& address : link.dns) check_word(address);
  for (const std::string& member : link.bond_members) check_word(member);
  require(link.method != LinkPlan::Method::automatic || link.addresses.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Variables variables;
  read_kboot_conf({reinterpret_cast<const char*>(data), size}, "fuzz", Source::built_in, variables);
  Diagnostics diagnostics;
  const NetworkPlan plan = read_network_plan(variables, diagnostics);
  for (const auto& [name, link] : plan.links) {
    check_word(name);
    check(link);
  }
  if (plan.first) check(*plan.first);
  if (plan.hostname) require(!plan.hostname->empty());

  Variables back;
  read_kboot_conf(network_settings_text(variables), "again", Source::built_in, back);
  for (const auto& [name, variable] : back.all()) require(variables.value(name) == variable.value);
  for (const auto& [name, variable] : variables.all())
    if (is_network_setting(name) && name.size() + variable.value.size() < kMaxConfLine / 4)
      require(back.value(name) == variable.value, "a value keeps its quotes");
  return 0;
}
