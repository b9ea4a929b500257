#include "loader/commands/commands.h"
#include "loader/session/session.h"
#include "loader/terminal/shown.h"

namespace kboot {

void run_labels(Session& session, const std::vector<std::string>& arguments) {
  if (!arguments.empty()) wrong_usage("labels");
  Table table{"labels", {"label", "line"}, {}};
  for (const std::string& label : session.variables().labels())
    table.rows.push_back({label, shown_line(*session.variables().value(label))});
  if (table.rows.empty()) session.report().note("no labels are defined: LABEL=\"/path arguments\" makes one");
  session.report().table(table, session.current_line());
}

}  // namespace kboot
