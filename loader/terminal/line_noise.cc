#include "loader/terminal/line_noise.h"

#include <bit>
#include <utility>

namespace kboot {
namespace {

constexpr unsigned char kFirstOfMany = 0xc2;  // 0xc0 and 0xc1 would begin what is shorter without them
constexpr unsigned char kLastOfMany = 0xf4;   // beyond it is no Unicode

}  // namespace

bool LineNoise::put(unsigned char byte, Clock::time_point now) {
  bool text = !lasts(now);
  if (missing_ > 0) {
    text = text && (byte & 0xc0U) == 0x80;
    --missing_;
  } else if (byte >= 0x80) {
    text = text && byte >= kFirstOfMany && byte <= kLastOfMany;
    missing_ = std::countl_one(byte) - 1;
  } else {
    // A line that is pulled to zero reads as NUL.
    text = text && byte != 0;
  }
  if (text) return true;
  missing_ = 0;
  ++bytes_;
  last_ = now;
  return false;
}

bool LineNoise::lasts(Clock::time_point now) const {
  return bytes_ > 0 && now - last_ < kSilence;
}

std::optional<std::size_t> LineNoise::ended(Clock::time_point now) {
  if (bytes_ == 0 || lasts(now)) return std::nullopt;
  return std::exchange(bytes_, 0);
}

bool LoneEnter::counts(bool followed, Clock::time_point now) {
  const bool in_a_row = dropped_ && now - *dropped_ < 2 * kApart;
  if (!followed && !in_a_row) return true;
  dropped_ = now;
  return false;
}

}  // namespace kboot
