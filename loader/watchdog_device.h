#pragma once

#include "base/unique_fd.h"
#include "loader/watchdog_keeper.h"

namespace kboot {

/// The real one: /dev/watchdog0 and so on (the kernel's Documentation/watchdog/watchdog-api.rst). A process
/// that ends without stop() leaves it running.
class LinuxWatchdogDevice final : public WatchdogDevice {
 public:
  std::chrono::seconds start(std::chrono::seconds timeout) override;
  void feed() override;
  void stop() override;

 private:
  UniqueFd device_;
};

}  // namespace kboot
