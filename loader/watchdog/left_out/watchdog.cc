#include "loader/watchdog/watchdog.h"

#include "base/error.h"
#include "loader/watchdog/watchdog_daemon.h"

namespace kboot {

Diagnostics watchdog_notes(const std::optional<WatchdogState>& /*state*/) {
  return {{"watchdog", 0, "left out of this kboot; nothing resets the machine when it hangs"}};
}

void LinuxWatchdog::configure(std::optional<std::chrono::seconds> /*timeout*/) {}

// watchdog_notes() says that it changes nothing.
void LinuxWatchdog::set(std::optional<std::chrono::seconds> /*timeout*/) {}

std::optional<WatchdogState> LinuxWatchdog::state() {
  return std::nullopt;
}

void run_watchdog_daemon(const std::function<Variables()>& /*built_in*/) {
  fail("left out of this kboot");
}

}  // namespace kboot
