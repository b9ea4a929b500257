// Whatever lies in network.conf is a plan, and means the same when a session has read it and written it
// again.

#include <cstdint>
#include <string>

#include "config/kboot_conf.h"
#include "loader/network/network_settings.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kboot;  // NOLINT(google-build-using-namespace)
  const std::string text(reinterpret_cast<const char*>(data), size);
  Variables variables;
  read_kboot_conf(text, "network.conf", Source::booted_system, variables);
  const std::string written = network_settings_text(variables);
  require(plan_of_settings(written) == plan_of_settings(text), "the same plan");
  Variables again;
  require(read_kboot_conf(written, "network.conf", Source::booted_system, again).empty(), "no complaint");
  require(network_settings_text(again) == written, "the same file");
  return 0;
}
