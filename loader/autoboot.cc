#include "loader/autoboot.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace kboot {

void Autoboot::start(const Settings& settings) {
  delay_ = settings.delay;
  timeout_ = settings.timeout;
  default_line_ = settings.default_line.value_or("");
  since_ = now_();
}

void Autoboot::note_key() {
  key_seen_ = true;
  since_ = now_();
  consoles_.note_key();
}

std::optional<std::chrono::seconds> Autoboot::wait() const {
  if (default_line_.empty()) return std::nullopt;
  // A key on another console is a first keystroke, too: one person sees one countdown.
  const bool key_seen = key_seen_ || consoles_.since_key();
  return !key_seen && delay_ ? delay_ : timeout_;
}

std::optional<std::chrono::milliseconds> Autoboot::time_left() {
  const auto total = wait();
  if (!total) return std::nullopt;
  if (consoles_.holder() || consoles_.booting()) since_ = now_();

  auto quiet = std::chrono::duration_cast<std::chrono::milliseconds>(now_() - since_);
  if (const auto elsewhere = consoles_.since_key()) quiet = std::min(quiet, *elsewhere);
  return *total - quiet;
}

std::optional<std::string> Autoboot::notice() const {
  const auto total = wait();
  if (!total) return std::nullopt;
  if (const auto who = consoles_.holder()) return fmt::format("autoboot waits for {}", *who);
  return fmt::format("booting \"{}\" in {} s, any key stops it", printable(default_line_), total->count());
}

}  // namespace kboot
