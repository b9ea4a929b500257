#include "loader/commands/commands.h"
#include "loader/session/session.h"

namespace kboot {

void run_menu(Session& session, const std::vector<std::string>& arguments) {
  if (!arguments.empty()) wrong_usage("menu");
  session.ask_for_menu();
}

}  // namespace kboot
