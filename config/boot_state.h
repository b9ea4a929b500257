#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kboot {

/// What is remembered from one start of the machine to the next. A choice is known by its key, see
/// BootAttempts.
struct BootState {
  std::uint64_t sequence = 0;                ///< grows by one each time it is saved
  std::map<std::string, unsigned> attempts;  ///< how often each choice was started since it last worked
  std::string last;  ///< the choice whose success a report would tell of; empty: something else was started
  std::string once;  ///< the label that is to be booted next; empty: none
  bool operator==(const BootState&) const = default;
};

/// As JSON, on one line.
std::string boot_state_text(const BootState& state);
/// Nothing when `text`, which anybody may have written, is not such JSON.
std::optional<BootState> parse_boot_state(std::string_view text);

/// The booted system has said that it works.
void note_success(BootState& state);
/// `choice` is about to be started. It counts when it is one of `choices`; those that are none are forgotten.
/// When all have used up their tries, all begin anew.
void note_attempt(BootState& state, const std::string& choice, const std::vector<std::string>& choices,
                  unsigned tries);
/// Whether a choice was tried `tries` times in vain; never for 0.
bool is_used_up(const BootState& state, const std::string& choice, unsigned tries);

/// The label in what the booted system has written as its wish; nothing when it is none.
std::optional<std::string> requested_label(std::string_view text);

}  // namespace kboot
