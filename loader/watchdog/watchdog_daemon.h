#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "base/publish.h"
#include "config/variables.h"
#include "loader/watchdog/watchdog_keeper.h"

namespace kboot {

/// `kboot --watchdog`: keeps the watchdog as `watchdog` says, at first that of `built_in`, until init ends
/// everything for a reboot or to switch the machine off: then it stops the watchdog. A kexec ends it without
/// a word, and the watchdog goes on. Nothing that goes wrong ends it.
void run_watchdog_daemon(const std::function<Variables()>& built_in);

/// Its loop, until `end` is readable: feeds first and asks then what is `wanted`; a question that fails
/// leaves things as they are. Nothing is thrown.
void keep_watchdog(WatchdogKeeper& keeper, const std::function<std::optional<std::chrono::seconds>()>& wanted,
                   int end) noexcept;

/// What a session has read: for the daemon, from here on. Until then what is built in counts. Throws Error.
void publish_watchdog(std::optional<std::chrono::seconds> timeout, Publish how);

}  // namespace kboot
