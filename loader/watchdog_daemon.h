#pragma once

#include <chrono>
#include <optional>

#include "base/publish.h"

namespace kboot {

/// `kboot --watchdog`: keeps the watchdog as `watchdog` says, until init ends everything for a reboot or to
/// switch the machine off: then it stops the watchdog. A kexec ends it without a word, and the watchdog goes
/// on. Throws Error.
void run_watchdog_daemon();

/// What a session has read: for the daemon, from here on. Until then what is built in counts. Throws Error.
void publish_watchdog(std::optional<std::chrono::seconds> timeout, Publish how);

}  // namespace kboot
