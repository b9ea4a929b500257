#pragma once

#include "loader/watchdog/watchdog.h"

namespace kboot {

/// Stands for the watchdog where this kboot was built without it.
class AbsentWatchdog final : public Watchdog {
 public:
  void configure(std::optional<std::chrono::seconds> /*timeout*/) override {}
  void set(std::optional<std::chrono::seconds> /*timeout*/) override {}
  std::optional<WatchdogState> state() override { return std::nullopt; }
  Diagnostics notes() override {
    return {{"watchdog", 0, "left out of this kboot; nothing resets the machine when it hangs"}};
  }
};

}  // namespace kboot
