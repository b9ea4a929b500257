#include "loader/network/network_wait.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include <fmt/format.h>

#include "base/deadline.h"
#include "base/error.h"
#include "base/sleep.h"
#include "base/text.h"

namespace kboot {
namespace {

constexpr std::chrono::milliseconds kLook{100};

/// `eth0: no cable, eth1: asking for an address by DHCP`.
std::string states_of(Network& network) {
  std::vector<std::string> states;
  for (const Link& link : network.links()) states.push_back(link.name + ": " + state_of(link));
  for (const IdlePciDevice& card : network.idle_cards()) states.push_back(without_driver(card));
  return states.empty() ? "no network card was found" : join(states, ", ");
}

/// Whether a switch may only now let the first packets through. Deadlines' clock begins at the machine's
/// start.
bool may_come_late(Network& network, const NetworkPatience& patience) {
  if (Deadline::Clock::now().time_since_epoch() >= patience.after_start) return false;
  const std::vector<Link> links = network.links();
  return std::any_of(links.begin(), links.end(), [](const Link& link) { return link.carrier; });
}

}  // namespace

void await_network(Network& network, Report& report, const std::string& server,
                   const NetworkPatience& patience) {
  const auto begin = Deadline::Clock::now();
  const Deadline deadline = Deadline::in(patience.wait);
  for (bool told = false;; told = true) {
    const bool usable = network.usable();
    if (usable && network.reaches(server)) return;
    const std::string awaited = usable ? "route to " + printable(server) : "network";
    if (!told) report.note(show("waiting for {} {}, ^C ends it", usable ? "a" : "the", awaited));
    if (deadline.expired() && !may_come_late(network, patience)) {
      const auto waited = std::chrono::duration_cast<std::chrono::seconds>(Deadline::Clock::now() - begin);
      fail("no {} after {} s: {}", awaited, waited.count(), states_of(network));
    }
    sleep_until(Deadline::in(kLook));
  }
}

}  // namespace kboot
