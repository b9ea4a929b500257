#include "loader/watchdog/watchdog_keeper.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/log.h"

namespace kboot {

void WatchdogKeeper::change(std::optional<std::chrono::seconds> wanted) {
  if (wanted) {
    actual_ = device_.start(*wanted);
    running_ = wanted;
    log_info("watchdog: {} s", actual_.count());
  } else {
    device_.stop();
    running_ = wanted;
    log_info("watchdog: off");
  }
}

void WatchdogKeeper::report(const char* failure) noexcept {
  try {
    if (failure != std::exchange(failure_, failure)) log_warning("watchdog: {}", failure);
  } catch (...) {
    return;  // no memory for the words: the feeding goes on
  }
}

void WatchdogKeeper::step(std::optional<std::chrono::seconds> wanted) noexcept {
  try {
    if (running_) device_.feed();
    if (wanted != running_) change(wanted);
    failure_.clear();
  } catch (const std::exception& error) {
    report(error.what());
  } catch (...) {
    report("it cannot be fed");
  }
}

std::chrono::milliseconds WatchdogKeeper::pause() const {
  constexpr std::chrono::milliseconds kPause(1000);
  constexpr int kAtLeast = 4;  // meals in its time
  return running_ ? std::min(kPause, std::chrono::milliseconds(actual_) / kAtLeast) : kPause;
}

}  // namespace kboot
