#pragma once

#include <span>
#include <string>
#include <string_view>

#include "loader/prompt/candidates.h"

namespace kboot {

/// Tab: what a word on the line can become. Never writes: file systems are mounted read-only, whatever
/// mount_rw= says. Waits for no device and for no network.
class Completer {
 public:
  /// The session must outlive it.
  explicit Completer(Session& session);

  /// What `word`, which follows `before` on the line, can be completed to: whole words, sorted. Directories
  /// end in `/`, devices in `:`, the left side of an assignment in `=`; behind a boot entry stands its title.
  /// In restricted mode: labels and commands only. Never throws.
  Completion complete(std::string_view before, std::string_view word) noexcept;

 private:
  using Before = std::span<const std::string>;

  void complete_line(Candidates& found, Before before, std::string_view word);
  void complete_first_word(Candidates& found, std::string_view word);
  void complete_argument(Candidates& found, Before before, std::string_view word);
  void complete_value(Candidates& found, const TypedWord& value);
  bool boots(const std::string& first_word);

  Session& session_;
  DeviceList devices_;
};

}  // namespace kboot
