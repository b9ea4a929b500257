#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/variables.h"

namespace kboot {

/// Rule 1: nothing was typed.
struct EmptyLine {
  bool operator==(const EmptyLine&) const = default;
};

/// Rule 2: `name=value` alone on the line; the value without its quotes.
struct Assignment {
  std::string name;
  std::string value;
  bool operator==(const Assignment&) const = default;
};

/// Everything else: words to be run, the first one not empty. A label is already replaced by its value (rule
/// 3).
struct Words {
  std::vector<std::string> words;
  std::optional<std::string> label;  ///< the label that was replaced
  bool more_than_label = false;      ///< words were typed behind the label
  bool operator==(const Words&) const = default;
};

/// `!command`: for the shell as it is.
struct ShellLine {
  std::string command;
  bool operator==(const ShellLine&) const = default;
};

using Line = std::variant<EmptyLine, Assignment, Words, ShellLine>;

/// Longest line that is run, in bytes; a longer one throws Error.
inline constexpr std::size_t kMaxLine = 16384;

/// Sorts a line by the first three rules of kboot(8), LINES. Pure. A tag (`UUID=…`) alone on a line is a
/// device, not an assignment. Throws Error for a NUL in the line and for one that is too long.
Line parse_line(std::string_view text, const Variables& variables);

}  // namespace kboot
