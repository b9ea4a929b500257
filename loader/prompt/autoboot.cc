#include "loader/prompt/autoboot.h"

#include <algorithm>

#include "base/error.h"
#include "loader/terminal/shown.h"

namespace kboot {

void Autoboot::start(const Settings& settings) {
  delay_ = settings.delay;
  timeout_ = settings.timeout;
  default_line_ = settings.default_line.value_or("");
  on_fail_ = settings.on_fail;
  hold_max_ = settings.hold_max;
  since_ = now_();
}

void Autoboot::note_key() {
  key_seen_ = true;
  since_ = now_();
  if (!hold_since_) hold_since_ = since_;
  consoles_.note_key();
  if (on_fail_ == OnFail::prompt) return;
  pause_.reset();
  pauses_.reset();
}

void Autoboot::note_line() {
  hold_since_ = now_();
}

void Autoboot::note_failure() {
  hold_since_.reset();
  constexpr std::chrono::seconds kBeforeTheEnd(10);  // time to read what failed, and to step in
  pause_ = on_fail_ == OnFail::retry ? pauses_.next() : kBeforeTheEnd;
}

std::string Autoboot::line() const {
  if (!pause_) return "";
  switch (on_fail_) {
    case OnFail::reboot:
      return "reboot";
    case OnFail::poweroff:
      return "poweroff";
    case OnFail::shell:
      return "sh";
    case OnFail::retry:
    case OnFail::prompt:
      break;
  }
  return "";
}

std::optional<std::chrono::milliseconds> Autoboot::wait() const {
  if (default_line_.empty()) return std::nullopt;
  if (pause_) return on_fail_ == OnFail::prompt ? std::nullopt : pause_;
  // A key on another console is a first keystroke, too: one person sees one countdown.
  const bool key_seen = key_seen_ || consoles_.since_key();
  return !key_seen && delay_ ? delay_ : timeout_;
}

std::optional<std::chrono::milliseconds> Autoboot::time_left() {
  if (consoles_.holder() || consoles_.booting()) {
    since_ = now_();
    if (hold_since_) hold_since_ = since_;
  }
  const auto total = wait();
  const auto hold = hold_left();
  if (!total) return hold;

  auto quiet = std::chrono::duration_cast<std::chrono::milliseconds>(now_() - since_);
  if (const auto elsewhere = consoles_.since_key()) quiet = std::min(quiet, *elsewhere);
  const std::chrono::milliseconds left = *total - quiet;
  return hold ? std::min(left, *hold) : left;
}

/// How long keys may still hold it; nothing when they do not, or may for ever.
std::optional<std::chrono::milliseconds> Autoboot::hold_left() const {
  const bool runs_by_itself = !default_line_.empty() && (delay_ || timeout_);
  if (!hold_since_ || hold_max_.count() == 0 || !runs_by_itself || pause_) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::milliseconds>(*hold_since_ + hold_max_ - now_());
}

std::optional<std::string> Autoboot::notice() const {
  return text(wait());
}

std::optional<std::string> Autoboot::countdown() {
  return text(wait() ? time_left() : std::nullopt);
}

std::optional<std::string> Autoboot::text(std::optional<std::chrono::milliseconds> left) const {
  if (!left) {
    if (!pause_) return std::nullopt;
    return "nothing could be booted; an empty line tries again";
  }
  if (const auto who = consoles_.holder()) return fmt::format("autoboot waits for {}", *who);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(*left).count();
  if (const std::string command = line(); !command.empty())
    return fmt::format("nothing could be booted: {} in {} s, any key stops it", command, seconds);
  return fmt::format("booting \"{}\" {}in {} s, any key stops it", shown_line(default_line_),
                     pause_ ? "again " : "", seconds);
}

}  // namespace kboot
