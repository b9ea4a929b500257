#include "loader/commands/commands.h"
#include "loader/session/session.h"

namespace kboot {

void run_pwd(Session& session, const std::vector<std::string>& arguments) {
  if (!arguments.empty()) wrong_usage("pwd");
  session.report().text(directory_text(session.directory()) + "\n", session.current_line());
}

}  // namespace kboot
