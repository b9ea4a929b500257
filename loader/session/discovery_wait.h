#pragma once

#include <chrono>

#include "loader/entries/published.h"
#include "loader/terminal/keyboard.h"
#include "loader/terminal/report.h"

namespace kboot {

/// So long `auto` waits for the discovery.
inline constexpr std::chrono::milliseconds kLongestDiscovery{15'000};

/// Returns when the discovery has looked at all disks and no other one is expected: what a slow disk holds
/// may come first. Also when a key is pressed, after `longest`, and at once where there is no discovery.
/// Throws Cancelled.
void await_discovery(const Published& published, Keyboard& keyboard, Report& report,
                     std::chrono::milliseconds longest = kLongestDiscovery);

}  // namespace kboot
