#pragma once

#include <string>
#include <vector>

namespace kboot {

struct ProcessResult {
  int status = 0;      ///< exit status; 128 + signal when one ended it
  std::string output;  ///< standard output and error, the first 64 KiB
};

/// Runs a program (argv[0] is its path, no shell) and collects what it prints. The descriptors in `inherited`
/// stay open in it under their numbers. ^C ends the program and throws Cancelled. Throws Error when it cannot
/// be started.
ProcessResult run_captured(const std::vector<std::string>& argv, const std::vector<int>& inherited);

/// Runs a program on this terminal with `directory` as its current directory; ^C goes to it, not to kboot.
/// Returns its status as above. Throws Error when it cannot be started.
int run_in_foreground(const std::vector<std::string>& argv, const std::string& directory);

}  // namespace kboot
