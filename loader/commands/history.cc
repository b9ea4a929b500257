#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/session/session.h"
#include "loader/terminal/shown.h"

namespace kboot {
namespace {

/// How many lines are asked for.
std::size_t count_of(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return History::kMaxLines;
  const std::string& text = arguments[0];
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (arguments.size() > 1 || error != std::errc() || end != text.data() + text.size())
    wrong_usage("history");
  return count;
}

}  // namespace

void run_history(Session& session, const std::vector<std::string>& arguments) {
  const std::size_t count = count_of(arguments);
  const std::vector<std::string>& lines = session.history().lines();
  std::string text;
  // No table: a line that is cut is of no use.
  for (std::size_t i = lines.size() - std::min(count, lines.size()); i < lines.size(); ++i)
    text += fmt::format("{:5}  {}\n", i + 1, printable(shown_line(lines[i])));
  session.report().text(text, session.current_line());
}

}  // namespace kboot
