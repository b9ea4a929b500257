#pragma once

#include <chrono>
#include <string>

#include "loader/network/network.h"
#include "loader/terminal/report.h"

namespace kboot {

/// How long the network is waited for.
struct NetworkPatience {
  std::chrono::seconds wait{20};
  /// And, if there is a cable, until the machine has been up so long: a switch port that has just come up may
  /// forward nothing for 30 s (IEEE 802.1D, twice the forward delay), and DHCP asks anew in the seconds
  /// behind that.
  std::chrono::seconds after_start{45};
};

/// Waits until the network can be used, and leads to `server`, if that is an address; tells it when there is
/// something to wait for. Throws Error when patience ends, with the state of each link; Cancelled.
void await_network(Network& network, Report& report, const std::string& server,
                   const NetworkPatience& patience = {});

}  // namespace kboot
