#include "loader/commands.h"

#include <algorithm>
#include <array>

#include "loader/session.h"

namespace kboot {
namespace {

constexpr auto kDirectory = Command::Completes::directory;
constexpr auto kLine = Command::Completes::line;
constexpr auto kNothing = Command::Completes::nothing;

constexpr std::array kCommands = {
    Command{"cd", "[DIRECTORY]", "go to a directory; without one, to kboot's root", run_cd, kDirectory},
    Command{"help", "[COMMAND]", "show this, or how a command is used", run_help, kNothing, true},
    Command{"plan", "LINE", "show what a line would boot, without booting it", run_plan, kLine},
    Command{"poweroff", "", "switch the machine off", run_poweroff, kNothing, true},
    Command{"pwd", "", "show the current directory", run_pwd, kNothing},
    Command{"reboot", "", "restart the machine", run_reboot, kNothing, true},
};

}  // namespace

std::span<const Command> commands() {
  return kCommands;
}

const Command* find_command(std::string_view name) {
  const auto found = std::find_if(kCommands.begin(), kCommands.end(),
                                  [&](const Command& command) { return command.name == name; });
  return found == kCommands.end() ? nullptr : &*found;
}

void wrong_usage(std::string_view name) {
  const Command* command = find_command(name);
  throw UsageError(fmt::format("usage: {} {}", name, command == nullptr ? "" : command->usage));
}

}  // namespace kboot
