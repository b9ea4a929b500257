#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/session/session.h"

namespace kboot {

void run_sh(Session& session, const std::vector<std::string>& arguments) {
  session.shell().run_program(arguments.empty() ? "sh" : "sh " + join(arguments));
}

}  // namespace kboot
