#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/diagnostic.h"

namespace kboot {

/// A watchdog as sysfs shows it.
struct WatchdogState {
  std::string name;      ///< in /dev
  std::string identity;  ///< what its driver calls it
  std::chrono::seconds timeout{0};
  bool active = false;
  bool in_hardware = true;  ///< it goes on when this kernel has ended
};

/// The watchdog that is used of those in `folder`, /sys/class/watchdog: the first, and one in software only
/// when there is no other.
std::optional<WatchdogState> find_watchdog(const std::string& folder);

/// What there is to know of the one that this machine has, or of its having none.
Diagnostics watchdog_notes(const std::optional<WatchdogState>& state);

/// What resets the machine when kboot, or the next kernel, hangs. `kboot --watchdog` feeds it in the
/// background (loader/watchdog/watchdog_daemon.h).
class Watchdog {
 public:
  virtual ~Watchdog() = default;
  /// What the configuration says; nothing: off. Only the first session's counts, so that a later one does not
  /// take back what was typed. Throws Error.
  virtual void configure(std::optional<std::chrono::seconds> timeout) = 0;
  /// The same, typed. Throws Error.
  virtual void set(std::optional<std::chrono::seconds> timeout) = 0;
  /// The one there is, or nothing.
  virtual std::optional<WatchdogState> state() = 0;
  /// What a person who has set `watchdog` should know of it.
  virtual Diagnostics notes() = 0;
};

class LinuxWatchdog final : public Watchdog {
 public:
  void configure(std::optional<std::chrono::seconds> timeout) override;
  void set(std::optional<std::chrono::seconds> timeout) override;
  std::optional<WatchdogState> state() override;
  Diagnostics notes() override { return watchdog_notes(state()); }
};

}  // namespace kboot
