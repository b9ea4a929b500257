#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace kboot {

/// A watchdog that this process has to itself.
class WatchdogDevice {
 public:
  virtual ~WatchdogDevice() = default;
  /// Starts it, or gives it another time when it runs; the time it really takes, which is the driver's own
  /// when it does not take this one. Throws Error.
  virtual std::chrono::seconds start(std::chrono::seconds timeout) = 0;
  /// From here on it has its full time again. Throws Error.
  virtual void feed() = 0;
  /// Stops it. Throws Error.
  virtual void stop() = 0;
};

/// Does with the watchdog what is wanted, one step after the other, a pause() apart.
class WatchdogKeeper {
 public:
  explicit WatchdogKeeper(WatchdogDevice& device) : device_(device) {}

  /// `wanted`: nothing for a watchdog that is off. What cannot be done is logged, once, and tried again. A
  /// running one is fed, whatever else fails.
  void step(std::optional<std::chrono::seconds> wanted) noexcept;
  /// So short that the next kernel, which may be started at any time, finds nearly the full time left.
  std::chrono::milliseconds pause() const;

 private:
  void change(std::optional<std::chrono::seconds> wanted);
  void report(const char* failure) noexcept;

  WatchdogDevice& device_;
  std::optional<std::chrono::seconds> running_;  ///< with this time, as it was wanted
  std::chrono::seconds actual_{0};
  std::string failure_;  ///< that was logged
};

}  // namespace kboot
