#pragma once

#include <functional>

#include "config/variables.h"

namespace kboot {

/// Looks for what can be booted on the disks of this machine until the next kernel takes over, and publishes
/// it: what init runs in the background from the start. Throws Error when there can be no such process.
[[noreturn]] void run_discovery_daemon(const std::function<Variables()>& built_in);

}  // namespace kboot
