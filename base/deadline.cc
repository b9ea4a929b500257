#include "base/deadline.h"

#include <algorithm>
#include <limits>

namespace kboot {

using std::chrono::milliseconds;

Deadline Deadline::in(milliseconds wait) {
  const auto now = Clock::now();
  // In whole milliseconds, as converting a very long wait to the clock's nanoseconds would overflow.
  if (wait >= std::chrono::floor<milliseconds>(Clock::time_point::max() - now)) return never();
  return Deadline(now + std::max(wait, milliseconds::zero()));
}

milliseconds Deadline::remaining() const {
  if (at_ == Clock::time_point::max()) return milliseconds::max();
  // Rounded up: a wait of the result ends after the deadline, not just before it.
  return std::max(std::chrono::ceil<milliseconds>(at_ - Clock::now()), milliseconds::zero());
}

int Deadline::poll_timeout() const {
  if (at_ == Clock::time_point::max()) return -1;
  constexpr milliseconds kLongest{std::numeric_limits<int>::max()};
  return static_cast<int>(std::min(remaining(), kLongest).count());
}

}  // namespace kboot
