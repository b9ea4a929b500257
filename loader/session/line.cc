#include "loader/session/line.h"

#include "base/error.h"
#include "base/text.h"
#include "pathfs/location.h"

namespace kboot {

Line parse_line(std::string_view text, const Variables& variables) {
  if (text.size() > kMaxLine) fail("line too long: {} bytes, at most {}", text.size(), kMaxLine);
  if (text.find('\0') != std::string_view::npos) fail("a NUL byte in the line");

  if (const std::string_view line = trim(text); line.starts_with('!'))
    return ShellLine{std::string(trim(line.substr(1)))};

  std::vector<std::string> typed = split_words(text);
  if (typed.empty()) return EmptyLine{};

  if (typed.size() == 1 && !is_tag(typed[0])) {
    if (auto assignment = split_assignment(typed[0]))
      return Assignment{std::move(assignment->name), unquote(assignment->value)};
  }

  const std::optional<std::string> value = variables.label(typed[0]);
  if (!value) return Words{std::move(typed), std::nullopt, false};

  Words line{split_blanks(*value), typed[0], typed.size() > 1};
  line.words.insert(line.words.end(), typed.begin() + 1, typed.end());
  if (line.words.empty()) return EmptyLine{};
  return line;
}

}  // namespace kboot
