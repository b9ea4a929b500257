#include "base/text.h"
#include "loader/commands.h"
#include "loader/session.h"

namespace kboot {

void run_sh(Session& session, const std::vector<std::string>& arguments) {
  session.run_program(arguments.empty() ? "sh" : "sh " + join(arguments));
}

}  // namespace kboot
