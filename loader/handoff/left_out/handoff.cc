#include "loader/handoff/handoff.h"

#include "base/error.h"
#include "base/log.h"
#include "loader/handoff/persistent_log.h"

namespace kboot {

Handoff hand_keys(const std::vector<LuksKey>& /*keys*/) {
  log_warning("handoff=true: left out of this kboot");
  return {};
}

Handoff hand_network(std::string_view /*cmdline*/, const std::vector<Link>& /*links*/,
                     const std::vector<std::string>& /*nameservers*/) {
  return {};
}

Handoff hand_iscsi(std::string_view /*cmdline*/, Initiator& /*initiator*/) {
  return {};
}

Handoff hand_log(const std::vector<KernelRecord>& /*log*/) {
  return {};
}

bool Pmsg::is_there() {
  return false;
}

void Pmsg::write(const std::string& /*text*/) {}

}  // namespace kboot
