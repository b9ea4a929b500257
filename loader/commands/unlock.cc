#include "loader/commands/commands.h"
#include "loader/session/session.h"

namespace kboot {

void run_unlock(Session& session, const std::vector<std::string>& arguments) {
  if (!arguments.empty()) wrong_usage("unlock");
  if (!session.restricted()) return session.report().note("nothing is locked");
  session.unlock();
  session.report().note("unlocked until this session ends");
}

}  // namespace kboot
