#include "loader/attempts/boot_attempts.h"

#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "loader/terminal/report.h"
#include "loader/terminal/shown.h"
#include "netfetch/sha256.h"

namespace kboot {

std::string BootAttempts::key_of(const std::string& line) {
  constexpr std::size_t kMaxKey = 80;  // bytes
  constexpr std::size_t kDigits = 12;
  std::string key = shown_line(line);
  if (key.size() <= kMaxKey) return key;
  Sha256 digest;
  digest.add(key);
  return printable_head(key, kMaxKey - kDigits - 1) + " " + digest.hex().substr(0, kDigits);
}

void BootAttempts::configure(const Settings& settings) {
  tries_ = settings.tries;
  choices_.clear();
  for (const std::string& line : choices(settings.default_line.value_or("")))
    choices_.push_back(key_of(line));
  store_.reset();  // where a path leads may have changed, too
  in_names_ = counts_in_names(settings);
  if (std::string text = in_names_ ? "" : settings.tries_store.value_or(""); text != store_text_) {
    store_text_ = std::move(text);
    settled_ = false;
  }
}

BootStateStore& BootAttempts::store() {
  if (!store_) store_ = make_store_(store_text_, resolver_);
  return *store_;
}

void BootAttempts::tell(const std::exception& error) {
  const Shown message = show("tries.store={}: {}", store_text_, describe(error));
  log_line(LogLevel::warning, message);
  report_.note(message);
}

/// Takes over what the booted system has left, each in an order in which a power cut in between only makes it
/// happen again. Throws Error.
void BootAttempts::settle(BootStateMedium& medium, BootState& state) {
  if (medium.success_reported()) {
    if (!state.last.empty()) {
      log_info("\"{}\" has reported success", state.last);
      note_success(state);
      save_boot_state(medium, state);
    }
    medium.clear_success();
  }
  if (const auto request = medium.request()) {
    if (const auto label = requested_label(*request)) {
      log_info("the booted system asks for \"{}\" once", *label);
      state.once = *label;
      save_boot_state(medium, state);
    } else {
      report_.note("kboot-once: not a label; ignored");
    }
    medium.clear_request();
  }
}

BootAttempts::Chosen BootAttempts::choose_of(const BootState& state, const std::vector<std::string>& lines) {
  Chosen chosen;
  for (const std::string& line : lines)
    if (!is_used_up(state, key_of(line), tries_)) chosen.lines.push_back(line);
  if (chosen.lines.empty()) {
    if (!lines.empty()) report_.note("each of default= was tried in vain: all begin anew");
    chosen.lines = lines;
  } else {
    for (const std::string& line : lines)
      if (const std::string key = key_of(line); is_used_up(state, key, tries_))
        report_.note(show("{}: passed over, it was started {} times and did not report success", key,
                          state.attempts.at(key)));
  }
  if (!state.once.empty()) chosen.once = state.once;
  return chosen;
}

BootAttempts::Chosen BootAttempts::choose(const std::vector<std::string>& lines) {
  if (!kept()) return {std::nullopt, lines};
  try {
    // Without a write in view, a disk is only looked at: autoboot may try again and again.
    if (settled_ && look().once.empty()) return foresee(lines);
    Chosen chosen;
    store().with(Access::read_write, [&](BootStateMedium& medium) {
      BootState state = load_boot_state(medium);
      settle(medium, state);
      chosen = choose_of(state, lines);
      if (state.once.empty()) return;
      state.once.clear();
      save_boot_state(medium, state);
    });
    settled_ = true;
    return chosen;
  } catch (const Cancelled&) {
    throw;
  } catch (const std::exception& error) {
    tell(error);
  }
  // What is asked for once and cannot be taken back would be booted for ever.
  Chosen chosen = foresee(lines);
  chosen.once.reset();
  return chosen;
}

BootAttempts::Chosen BootAttempts::foresee(const std::vector<std::string>& lines) {
  if (!kept()) return {std::nullopt, lines};
  try {
    return choose_of(look(), lines);
  } catch (const Cancelled&) {
    throw;
  } catch (const std::exception& error) {
    log_warning("tries.store: {}", describe(error));
    return {std::nullopt, lines};
  }
}

void BootAttempts::prepare() {
  prepared_ = false;
  if (!kept()) return;
  try {
    store().prepare();
    prepared_ = true;
  } catch (const Cancelled&) {
    throw;
  } catch (const std::exception& error) {
    tell(error);
  }
}

void BootAttempts::record(const std::string& line) {
  if (!kept() || !prepared_) return;
  try {
    store().with(Access::read_write, [&](BootStateMedium& medium) {
      BootState state = load_boot_state(medium);
      settle(medium, state);
      BootState after = state;
      note_attempt(after, key_of(line), choices_, tries_);
      if (after != state) save_boot_state(medium, after);
    });
  } catch (const std::exception& error) {
    tell(error);
  }
}

BootState BootAttempts::look() {
  BootState state;
  with_noun("tries.store=" + store_text_, [&] {
    store().with(Access::read_only, [&](BootStateMedium& medium) {
      state = load_boot_state(medium);
      if (medium.success_reported()) note_success(state);
      if (const auto request = medium.request())
        if (const auto label = requested_label(*request)) state.once = *label;
    });
  });
  return state;
}

void BootAttempts::require_kept() const {
  if (in_names_) fail("tries.store=bls has no place to remember it");
  if (!kept()) fail("tries.store= is not set: there is no place to remember it");
}

void BootAttempts::set_once(const std::string& label) {
  require_kept();
  with_noun("tries.store=" + store_text_, [&] {
    store().with(Access::read_write, [&](BootStateMedium& medium) {
      BootState state = load_boot_state(medium);
      settle(medium, state);
      if (state.once == label) return;
      state.once = label;
      save_boot_state(medium, state);
    });
  });
}

}  // namespace kboot
