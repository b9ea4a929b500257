#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/session/session.h"

namespace kboot {
namespace {

void show_once(Session& session) {
  session.attempts().require_kept();
  const BootState state = session.attempts().look();
  session.report().text(state.once.empty() ? std::string("nothing is asked for once\n") : state.once + "\n",
                        session.current_line());
}

}  // namespace

void run_once(Session& session, const std::vector<std::string>& arguments) {
  if (arguments.empty()) return show_once(session);
  if (arguments.size() > 1) wrong_usage("once");
  if (arguments[0] == "--clear") return session.set_once("");
  if (arguments[0].starts_with('-')) wrong_usage("once");
  session.set_once(arguments[0]);
}

}  // namespace kboot
