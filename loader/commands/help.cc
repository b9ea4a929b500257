#include "base/text.h"
#include "loader/commands.h"
#include "loader/session.h"

namespace kboot {
namespace {

constexpr std::string_view kIntroduction =
    "Type a path to boot it, followed by arguments for the kernel, if any:\n"
    "  /boot/vmlinuz             in the booted system (its fstab is followed)\n"
    "  sda2:/vmlinuz             on a device; UUID=, LABEL=, PARTUUID=, PARTLABEL= too\n"
    "  http://server/vmlinuz     from a server\n"
    "  //tmp/vmlinuz             in kboot's own root\n"
    "initrd=PATH takes an initrd from anywhere. NAME=VALUE sets a variable.\n"
    "Any other line goes to the shell. Tab completes.\n";

std::string row(std::string_view left, std::string_view right) {
  return fmt::format("  {:<20}  {}\n", left, right);
}

std::string row(const Command& command) {
  return row(fmt::format("{} {}", command.name, command.usage), command.help);
}

/// A label's line, cut to what a line of 80 columns has room for.
std::string short_line(std::string_view value) {
  constexpr std::size_t kRoom = 56;
  const std::string text = printable(value);
  return text.size() <= kRoom ? text : text.substr(0, kRoom - 1) + "…";
}

}  // namespace

void run_help(Session& session, const std::vector<std::string>& arguments) {
  if (arguments.size() > 1) wrong_usage("help");
  if (!arguments.empty()) {
    const Command* command = find_command(arguments[0]);
    if (command == nullptr) fail("{}: no such command; type help for the list", printable(arguments[0]));
    return session.report().text(row(*command), session.current_line());
  }

  const bool restricted = session.restricted();
  std::string text =
      restricted ? "This machine is restricted: type a label to boot it.\n" : std::string(kIntroduction);
  text += "\nCommands:\n";
  for (const Command& command : commands()) {
    if (!restricted || command.when_restricted) text += row(command);
  }
  const std::vector<std::string> labels = session.variables().labels();
  if (!labels.empty()) text += "\nLabels:\n";
  for (const std::string& label : labels)
    text += row(label, restricted ? "" : short_line(*session.variables().value(label)));
  if (const auto& line = session.settings().default_line)
    text += fmt::format("\nAn empty line boots: {}\n", printable(*line));
  session.report().text(text, session.current_line());
}

}  // namespace kboot
