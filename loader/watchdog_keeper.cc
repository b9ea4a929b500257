#include "loader/watchdog_keeper.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/log.h"

namespace kboot {

void WatchdogKeeper::step(std::optional<std::chrono::seconds> wanted) {
  try {
    if (wanted != running_) {
      if (wanted) {
        actual_ = device_.start(*wanted);
        log_info("watchdog: {} s", actual_.count());
      } else {
        device_.stop();
        log_info("watchdog: off");
      }
      running_ = wanted;
    } else if (running_) {
      device_.feed();
    }
    failure_.clear();
  } catch (const Error& error) {
    const std::string failure = describe(error);
    if (failure != std::exchange(failure_, failure)) log_warning("watchdog: {}", failure);
  }
}

std::chrono::milliseconds WatchdogKeeper::pause() const {
  constexpr std::chrono::milliseconds kPause(1000);
  constexpr int kAtLeast = 4;  // meals in its time
  return running_ ? std::min(kPause, std::chrono::milliseconds(actual_) / kAtLeast) : kPause;
}

}  // namespace kboot
