#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "config/settings.h"
#include "loader/consoles.h"

namespace kboot {

/// When the line in `default=` runs by itself: `timeout` after the last keystroke on any console or the last
/// prompt, `delay` until the first keystroke. While an ssh session holds autoboot, or another console boots,
/// time stands still and then starts anew.
class Autoboot {
 public:
  using Clock = std::chrono::steady_clock;
  using Now = std::function<Clock::time_point()>;

  /// `consoles` outlives it; `now` is Clock::now but in tests.
  Autoboot(Consoles& consoles, Now now) : consoles_(consoles), now_(std::move(now)) {}

  /// A new prompt appears: time starts anew.
  void start(const Settings& settings);
  /// A key was pressed on this console.
  void note_key();
  /// How long until the default runs; nothing when it does not.
  std::optional<std::chrono::milliseconds> time_left();
  /// What a person should know at this prompt: `"linux" boots in 10 s, a key stops it`, who holds it; nothing
  /// when no autoboot is set.
  std::optional<std::string> notice() const;

 private:
  std::optional<std::chrono::seconds> wait() const;

  Consoles& consoles_;
  Now now_;
  std::optional<std::chrono::seconds> delay_;
  std::optional<std::chrono::seconds> timeout_;
  std::string default_line_;
  Clock::time_point since_;
  bool key_seen_ = false;
};

}  // namespace kboot
