#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

namespace kboot {

/// Tells keys from what a broken cable, a wrong speed or a modem puts on a line: bytes that are no text in
/// UTF-8. From the first of them until the line is silent for kSilence, nothing that comes was typed by
/// anybody. Knows no terminal: bytes in, verdicts out.
class LineNoise {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds kSilence{1};

  /// A byte came; whether it is part of a text.
  bool put(unsigned char byte, Clock::time_point now);
  /// Whether there is noise on the line, and the silence behind it has not been long enough.
  bool lasts(Clock::time_point now) const;
  /// How many bytes were noise, once, when the silence behind them has been long enough.
  std::optional<std::size_t> ended(Clock::time_point now);

 private:
  int missing_ = 0;        ///< bytes of a character still to come
  std::size_t bytes_ = 0;  ///< of the noise; 0: there is none
  Clock::time_point last_;
};

/// Tells an Enter that somebody pressed from those that a key which is held down repeats.
class LoneEnter {
 public:
  using Clock = std::chrono::steady_clock;
  /// Slower than any keyboard repeats, quicker than two strokes on purpose.
  static constexpr std::chrono::milliseconds kApart{100};

  /// An Enter on an empty line, `followed` by another byte within kApart or not; whether it counts: it stands
  /// alone, and is not the last of a row.
  bool counts(bool followed, Clock::time_point now);

 private:
  std::optional<Clock::time_point> dropped_;
};

}  // namespace kboot
