#pragma once

#include <array>
#include <functional>
#include <stdexcept>
#include <string>

#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kboot::test {

/// In in_private_mounts(), where Catch's macros would tell nobody.
inline void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error("not so: " + what);
}

/// Runs `test` in a process with mounts of its own; what it threw, or nothing. `without`: there can be no
/// such process, for lack of rights.
inline std::string in_private_mounts(const std::function<void()>& test,
                                     const char* without = "no namespace") {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    std::string outcome;
    if ((::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
      outcome = without;
    } else {
      try {
        test();
      } catch (const std::exception& error) {
        outcome = error.what();
      }
    }
    ::_exit(::write(ends[1], outcome.data(), outcome.size()) < 0 ? 1 : 0);
  }
  ::close(ends[1]);
  std::array<char, 4096> text{};
  const ssize_t length = child < 0 ? -1 : ::read(ends[0], text.data(), text.size());
  ::close(ends[0]);
  int status = 0;
  if (child > 0) ::waitpid(child, &status, 0);
  if (length < 0 || status != 0) return "the process ended badly";
  return {text.data(), static_cast<std::size_t>(length)};
}

inline bool may_have_private_mounts() {
  return in_private_mounts([] {}, "no") != "no";
}

}  // namespace kboot::test
