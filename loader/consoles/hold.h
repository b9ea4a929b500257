#pragma once

#include <chrono>
#include <functional>

#include "loader/consoles/consoles.h"

namespace kboot {

/// Keeps autoboot waiting for an ssh session, as long as somebody does something there.
class Hold {
 public:
  using Clock = std::chrono::steady_clock;

  /// Begins at once. `consoles` outlives it; `now` is Clock::now but in tests.
  Hold(Consoles& consoles, std::function<Clock::time_point()> now);
  /// A key was pressed, or a line has ended: it begins anew.
  void note_key();
  /// Gives autoboot free when there was no key for `longest` (0: never); whether it just has.
  bool expire(std::chrono::seconds longest);

 private:
  Consoles& consoles_;
  std::function<Clock::time_point()> now_;
  Clock::time_point key_;
  bool holding_ = false;
};

}  // namespace kboot
