#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace kboot {

struct ProcessResult {
  int status = 0;      ///< exit status; 128 + signal when one ended it
  std::string output;  ///< standard output and error, the first 64 KiB
};

/// What a program finds when it starts.
struct ProcessSetup {
  std::vector<int> inherited;        ///< descriptors that stay open in it under their numbers
  std::optional<std::string> input;  ///< its standard input, at most a few KiB; seen by nobody else
  std::string directory;             ///< its current directory; empty: kboot's
};

/// Runs a program (argv[0] is its path, no shell) and collects what it prints. ^C ends the program and throws
/// Cancelled. Throws Error when it cannot be started.
ProcessResult run_captured(const std::vector<std::string>& argv, const ProcessSetup& setup = {});

/// The child's status once it has ended: its exit status, or 128 + signal. Throws Error.
int wait_for(pid_t child);

/// Runs `child`, which must not return, in a process of its own on this terminal; ^C goes to it, not to
/// kboot. Returns its status as above. Throws Error when there can be no process.
int run_in_foreground(const std::function<void()>& child);

/// Runs a program on this terminal with `directory` as its current directory; ^C goes to it, not to kboot.
/// Returns its status as above. Throws Error when it cannot be started.
int run_in_foreground(const std::vector<std::string>& argv, const std::string& directory);

}  // namespace kboot
