#pragma once

#include <functional>

namespace kboot::test {

/// Runs tests once for each system call that they make (system_calls.h), in a child in which this call fails.
/// The tests' own checks may fail then. What may not happen: the child crashes, a sanitizer ends it, it is
/// not done within a minute, or a file descriptor stays open. Each of these is printed, with the call and
/// what the tests had said.
///
/// Returns how many there were. `tests` gives Catch2's exit status; it runs in children only.
int run_with_faults(const std::function<int()>& tests);

}  // namespace kboot::test
