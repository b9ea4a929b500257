// `reboot` and `poweroff`: BusyBox's, which tell init to stop everything first.

#include "loader/commands/commands.h"
#include "loader/session/session.h"

namespace kboot {
namespace {

void tell_init(Session& session, std::string_view name, const std::vector<std::string>& arguments) {
  if (!arguments.empty()) wrong_usage(name);
  session.shell().run_last_program(std::string(name));
}

}  // namespace

void run_poweroff(Session& session, const std::vector<std::string>& arguments) {
  tell_init(session, "poweroff", arguments);
}

void run_reboot(Session& session, const std::vector<std::string>& arguments) {
  tell_init(session, "reboot", arguments);
}

}  // namespace kboot
