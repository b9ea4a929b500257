#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/session/session.h"

namespace kboot {

void run_plan(Session& session, const std::vector<std::string>& arguments) {
  if (arguments.empty()) wrong_usage("plan");
  session.plan_line(join(arguments));
}

}  // namespace kboot
