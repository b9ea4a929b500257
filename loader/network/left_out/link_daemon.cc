#include "loader/network/link_daemon.h"

#include <cerrno>

#include <unistd.h>

#include "base/error.h"
#include "loader/network/network_settings.h"

namespace kboot {

/// A script is all there is: it asks DHCP on each link.
void run_link_daemon(const std::function<Variables()>& /*built_in*/) {
  constexpr const char* kScript = "/lib/kboot/dhcp";
  ::execl(kScript, kScript, nullptr);
  fail_errno(errno, kScript);
}

// read_network_plan() has said already that settings change nothing.

void NetworkSettings::publish(const Variables& /*variables*/) const {}

void NetworkSettings::publish(const std::string& name, const std::string& /*value*/) const {
  fail("{}: left out of this kboot: links ask DHCP", name);
}

bool NetworkSettings::done() const {
  return true;
}

}  // namespace kboot
