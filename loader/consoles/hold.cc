#include "loader/consoles/hold.h"

#include <utility>

namespace kboot {

Hold::Hold(Consoles& consoles, std::function<Clock::time_point()> now)
    : consoles_(consoles), now_(std::move(now)) {
  note_key();
}

void Hold::note_key() {
  key_ = now_();
  if (!std::exchange(holding_, true)) consoles_.hold();
}

bool Hold::expire(std::chrono::seconds longest) {
  if (!holding_ || longest.count() == 0 || now_() - key_ < longest) return false;
  holding_ = false;
  consoles_.release_hold();
  return true;
}

}  // namespace kboot
