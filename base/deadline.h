#pragma once

#include <chrono>

namespace kboot {

/// A point in time by which a wait ends. On CLOCK_MONOTONIC, so that setting the clock moves no deadline.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  /// A wait too long for the clock to count is never().
  static Deadline in(std::chrono::milliseconds wait);
  static Deadline never() { return Deadline(Clock::time_point::max()); }

  bool expired() const { return Clock::now() >= at_; }
  /// Time left, rounded up and never negative; milliseconds::max() for never().
  std::chrono::milliseconds remaining() const;
  /// What poll(2) takes as its timeout: milliseconds rounded up, -1 for never.
  int poll_timeout() const;

 private:
  explicit Deadline(Clock::time_point at) : at_(at) {}
  Clock::time_point at_;
};

}  // namespace kboot
