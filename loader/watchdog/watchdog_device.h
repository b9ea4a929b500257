#pragma once

#include <string>
#include <utility>

#include "base/unique_fd.h"
#include "loader/watchdog/watchdog_keeper.h"

namespace kboot {

/// The real one: /dev/watchdog0 and so on (the kernel's Documentation/watchdog/watchdog-api.rst). A process
/// that ends without stop() leaves it running.
class LinuxWatchdogDevice final : public WatchdogDevice {
 public:
  /// Where the kernel lists them, and where their nodes are.
  explicit LinuxWatchdogDevice(std::string classes = "/sys/class/watchdog", std::string nodes = "/dev")
      : classes_(std::move(classes)), nodes_(std::move(nodes)) {}
  std::chrono::seconds start(std::chrono::seconds timeout) override;
  void feed() override;
  void stop() override;

 private:
  void open();
  std::chrono::seconds timeout_after(std::chrono::seconds asked, bool taken) const;

  std::string classes_;
  std::string nodes_;
  std::string name_;
  UniqueFd device_;
};

}  // namespace kboot
