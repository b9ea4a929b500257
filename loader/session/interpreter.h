#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "loader/session/booter.h"
#include "loader/session/command.h"
#include "loader/session/entry_lines.h"
#include "loader/session/line.h"
#include "loader/session/session_state.h"

namespace kboot {

/// Rule 4: a built-in command.
struct CommandCall {
  const Command* command;
  std::vector<std::string> arguments;
};

/// Rule 7: a block device.
struct DeviceTarget {
  std::string device;
  std::vector<std::string> words;  ///< all of the line
};

/// Rule 8: for the shell.
struct ShellCall {
  std::vector<std::string> words;
  bool as_is = false;  ///< what a label's `!` begins: no word is replaced
};

/// Rules 5 to 7: what can be booted.
using BootTarget = std::variant<EntryTarget, KernelTarget, DeviceTarget>;
/// What a line does, with all that was found out on the way.
using Target = std::variant<CommandCall, BootTarget, ShellCall>;

/// Finds out what the words of a line mean (kboot(8), LINES, rules 4 to 8). Looks at files and devices, which
/// may be mounted for that, and runs and boots nothing.
class Interpreter {
 public:
  Interpreter(const SessionState& state, const System& system, EntryLines& entries)
      : state_(state), system_(system), entries_(entries) {}

  /// Throws Error for a word that can only be a path and is none of a kernel's, Cancelled.
  Target interpret(const std::vector<std::string>& words);
  /// Rules 5 to 7 only: nothing when there is nothing to boot. Throws as interpret() does.
  std::optional<BootTarget> find_boot(const std::vector<std::string>& words);

 private:
  /// Rule 7, for a word that no file has to be looked for.
  std::optional<BootTarget> find_device(const std::vector<std::string>& words);
  /// What a file that was found boots.
  std::optional<BootTarget> boot_of_file(KernelTarget kernel);

  const SessionState& state_;
  const System& system_;
  EntryLines& entries_;
};

}  // namespace kboot
