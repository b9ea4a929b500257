#include "loader/link_daemon.h"

#include <cerrno>

#include <unistd.h>

#include "base/error.h"

namespace kboot {

/// A script is all there is: it asks DHCP on each link.
void run_link_daemon() {
  constexpr const char* kScript = "/lib/kboot/dhcp";
  ::execl(kScript, kScript, nullptr);
  fail_errno(errno, kScript);
}

// read_network_plan() has said already that settings change nothing.

void publish_network_settings(const Variables& /*variables*/) {}

void publish_network_setting(const std::string& name, const std::string& /*value*/) {
  fail("{}: left out of this kboot: links ask DHCP", name);
}

}  // namespace kboot
