#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kboot {

class Session;

/// A built-in command: one file in commands/, one row in the table of commands.cc. Usage errors, `help` and
/// completion come from the row.
struct Command {
  std::string_view name;
  std::string_view usage;  ///< arguments as `help` shows them: "[DIRECTORY]"
  std::string_view help;   ///< one line
  void (*run)(Session& session, const std::vector<std::string>& arguments);
  /// What Tab offers for one argument; `line`: one that could stand alone, its first word included.
  struct Offer {
    enum class Kind { nothing, boot_option, command, directory, label, line, path, variable };
    Kind kind = Kind::nothing;
    std::string_view words;  ///< between blanks: these, too
  };
  /// `before`: the arguments that stand before it. Null: nothing is offered.
  Offer (*offer)(std::span<const std::string> before) = nullptr;
  bool when_restricted = false;  ///< runs in restricted mode too, without arguments
};

/// The command of that name in a table, or null. The table must outlive what is returned.
inline const Command* find_command(std::span<const Command> table, std::string_view name) {
  for (const Command& command : table)
    if (command.name == name) return &command;
  return nullptr;
}

}  // namespace kboot
