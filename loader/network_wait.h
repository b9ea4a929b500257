#pragma once

#include <string>

#include "loader/network.h"
#include "loader/report.h"

namespace kboot {

/// Waits until the network can be used, and leads to `server`, if that is an address; whoever waits is told.
/// Throws Error after 20 s, and not before the machine has been up for 45 s if there is a cable; Cancelled.
void await_network(Network& network, Report& report, const std::string& server);

}  // namespace kboot
