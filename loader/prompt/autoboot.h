#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/backoff.h"
#include "config/settings.h"
#include "loader/consoles/consoles.h"

namespace kboot {

/// When the line in `default=` runs by itself: `timeout` after the last keystroke on any console or the last
/// prompt, `delay` until the first keystroke. While an ssh session holds autoboot, or another console boots,
/// time stands still and then starts anew. When it has failed, and until somebody presses a key, `onfail`
/// says what follows, and after how long.
///
/// Keys hold it for `holdmax` at the longest since the first of them, or since the last line that worked: a
/// key that is stuck, or noise on a serial line, is nobody.
class Autoboot {
 public:
  using Clock = std::chrono::steady_clock;
  using Now = std::function<Clock::time_point()>;
  /// Between two attempts of `onfail=retry`, a quarter more or less.
  static constexpr std::chrono::seconds kLongestPause{20};

  /// `consoles` outlives it; `now` is Clock::now but in tests.
  Autoboot(Consoles& consoles, Now now) : consoles_(consoles), now_(std::move(now)) {}

  /// A new prompt appears: time starts anew.
  void start(const Settings& settings);
  /// A key was pressed on this console.
  void note_key();
  /// A line was entered and did what it said: somebody is there.
  void note_line();
  /// How long until line() runs; nothing when it does not.
  std::optional<std::chrono::milliseconds> time_left();
  /// What runs then: the empty line, which is the default, or the command that `onfail` stands for.
  std::string line() const;
  /// It ran and failed.
  void note_failure();
  /// What a person should know at this prompt: `"linux" boots in 10 s, a key stops it`, who holds it; nothing
  /// when no autoboot is set.
  std::optional<std::string> notice() const;
  /// The same, with the time that is left now: for a line that is shown again and again.
  std::optional<std::string> countdown();

 private:
  std::optional<std::chrono::milliseconds> wait() const;
  std::optional<std::string> text(std::optional<std::chrono::milliseconds> left) const;
  std::optional<std::chrono::milliseconds> hold_left() const;

  Consoles& consoles_;
  Now now_;
  std::optional<std::chrono::seconds> delay_;
  std::optional<std::chrono::seconds> timeout_;
  std::string default_line_;
  Clock::time_point since_;
  bool key_seen_ = false;
  std::chrono::seconds hold_max_{0};
  std::optional<Clock::time_point> hold_since_;  ///< since then, keys hold it
  OnFail on_fail_ = OnFail::retry;
  std::optional<std::chrono::milliseconds> pause_;  ///< it has failed: so long until what `onfail` says
  Backoff pauses_{std::chrono::seconds(1), kLongestPause};
};

}  // namespace kboot
