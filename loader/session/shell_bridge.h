#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "loader/session/fetch_policy.h"
#include "loader/session/session_state.h"
#include "loader/terminal/report.h"

namespace kboot {

/// A program that a line was given to ended with another status than 0.
class ProgramFailed : public Error {
 public:
  using Error::Error;
};

/// What a session runs outside of kboot: lines for the shell, single programs, lines in the booted system. In
/// a dry run the report gets the line instead.
class ShellBridge {
 public:
  ShellBridge(const SessionState& state, const System& system, FetchPolicy& fetch_policy, Report& report)
      : state_(state), system_(system), fetch_policy_(fetch_policy), report_(report) {}

  /// Rule 8: gives the words to the shell, those that name files or URLs as local paths. Throws
  /// ProgramFailed, Cancelled, and Error for a URL that cannot be fetched.
  void run_words(const std::vector<std::string>& words);
  /// Runs a line of the shell's as it is, in the current directory. Throws ProgramFailed.
  void run_program(const std::string& command_line);
  /// Runs a program that stops the machine: see Connection::end(). Throws ProgramFailed.
  void run_last_program(const std::string& command_line);
  /// Restarts the machine once `prepare` has set what its firmware starts then; `line` says that to people
  /// and in the log. In a dry run the line is all. Throws Error, also on a host.
  void restart(const std::string& line, const std::function<void()>& prepare);
  /// Runs a line by the booted system's own shell in its own root, or a login shell for an empty line. Throws
  /// ProgramFailed.
  void run_in_booted_system(const std::string& line);

 private:
  /// The local path of a word that names a file, if it is to take the word's place.
  std::optional<std::string> local_copy(const std::string& word, const std::string& shell_directory);
  std::string download(const ResolvedFile& url);
  /// Throws ProgramFailed for another status than 0.
  void program_ended(const std::string& command_line, int status);

  const SessionState& state_;
  const System& system_;
  FetchPolicy& fetch_policy_;
  Report& report_;
};

}  // namespace kboot
