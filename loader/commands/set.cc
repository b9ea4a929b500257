#include "base/redact.h"
#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/session/session.h"
#include "loader/terminal/shown.h"

namespace kboot {
namespace {

/// `booted system, /etc/kboot.conf:3`.
std::string origin(const Variable& variable) {
  std::string text(source_name(variable.source));
  if (!variable.where.empty()) text += ", " + variable.where;
  return text;
}

std::string shown_value(std::string_view name, const Variable& variable) {
  return is_secret_name(name) && !variable.value.empty() ? "(not shown)" : shown_line(variable.value);
}

}  // namespace

void run_set(Session& session, const std::vector<std::string>& arguments) {
  if (arguments.size() > 1) wrong_usage("set");
  std::string wanted;
  if (!arguments.empty()) {
    if (const auto assignment = split_assignment(arguments[0]))
      return session.assign(assignment->name, unquote(assignment->value));
    wanted = arguments[0];
  }

  Table table{"variables", {"name", "from", "value"}, {}};
  for (const auto& [name, variable] : session.variables().all()) {
    if (wanted.empty() || name == wanted)
      table.rows.push_back({name, origin(variable), shown_value(name, variable)});
  }
  if (!wanted.empty() && table.rows.empty()) fail("{}: not set", printable(wanted));
  session.report().table(table, session.current_line());
}

}  // namespace kboot
