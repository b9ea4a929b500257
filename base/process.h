#pragma once

#include <chrono>
#include <csignal>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "base/deadline.h"

namespace kboot {

struct ProcessResult {
  int status = 0;      ///< exit status; 128 + signal when one ended it
  std::string output;  ///< standard output and error, the first 64 KiB
};

/// Far beyond what a tool takes on a slow machine: a hang at a dead disk or server.
inline constexpr std::chrono::seconds kLongestProgram{180};

/// What a program finds when it starts.
struct ProcessSetup {
  std::vector<int> inherited;             ///< descriptors that stay open in it under their numbers
  std::optional<std::string_view> input;  ///< its standard input, kept in memory and wiped; else /dev/null
  std::string directory;                  ///< its current directory; empty: kboot's
  std::chrono::milliseconds longest = kLongestProgram;  ///< a program that takes longer is ended
};

/// Forks. The child has the signals' default actions, none blocked, and an Interrupt of its own. Throws
/// Error.
pid_t fork_child(const std::string& noun);

/// What ends a child: `signal`, and SIGKILL after `grace`. A child that does not end even then hangs in the
/// kernel, at a dead disk say: it is left behind, and reaped when it has ended.
struct EndChild {
  int signal = SIGTERM;
  std::chrono::milliseconds grace{2000};  ///< 0: SIGKILL at once
  enum class Whole { process, group } whole = Whole::process;
};
void end_child(pid_t child, const EndChild& how = {}) noexcept;

/// Runs a program (argv[0] is its path, no shell) in a process group of its own and collects what it prints.
/// ^C ends the group, as end_child() does, and throws Cancelled. Throws Error when it cannot be started, and
/// when it took too long.
ProcessResult run_captured(const std::vector<std::string>& argv, const ProcessSetup& setup = {});

/// The same, or nothing when it has not ended by then. ^C, and the end of the session, end the wait. Throws
/// Error, Cancelled.
std::optional<int> wait_for(pid_t child, const Deadline& deadline);

/// The child's status once it has ended: its exit status, or 128 + signal. Throws Error.
int wait_for(pid_t child);

/// Runs `child`, which must not return, in a process of its own on this terminal; ^C goes to it, not to
/// kboot, and the end of the session ends it. Returns its status as above. Throws Error when there can be no
/// process, Cancelled after the end of the session.
int run_in_foreground(const std::function<void()>& child);

/// Runs a program on this terminal with `directory` as its current directory; ^C goes to it, not to kboot.
/// Returns its status as above. Throws Error when it cannot be started.
int run_in_foreground(const std::vector<std::string>& argv, const std::string& directory);

}  // namespace kboot
