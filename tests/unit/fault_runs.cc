#include "tests/unit/fault_runs.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>

#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "tests/unit/system_calls.h"

namespace kboot::test {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds kDeadline = 60s;
/// A test that makes more calls than this reads or writes one thing over and over.
constexpr int kMostCalls = 400;

// How a child ends that was not ended. A sanitizer's status is 1.
constexpr int kNoSuchCall = 40;  // the tests make fewer calls
constexpr int kEnded = 41;
constexpr int kLeaks = 42;

long open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

/// The child: it never returns. `called` is where the name of the call that fails goes.
[[noreturn]] void run_one(const std::function<int()>& tests, int number, const char** called) {
  ::setpgid(0, 0);
  const long before = open_descriptors();
  const SystemCalls::Fault fault(number, called);
  tests();
  std::fflush(nullptr);
  if (fault.failed() == nullptr) ::_exit(kNoSuchCall);
  ::_exit(open_descriptors() > before ? kLeaks : kEnded);
}

/// The child's status; nothing: it had to be killed. All that it started is gone, too.
std::optional<int> wait_for(pid_t child) {
  // By its number: glibc 2.36 declares pidfd_open(2) as a function of C++ to a C++ compiler.
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
  pollfd wait{.fd = handle, .events = POLLIN};
  const auto deadline = std::chrono::duration_cast<std::chrono::milliseconds>(kDeadline);
  const bool ended = ::poll(&wait, 1, static_cast<int>(deadline.count())) == 1;
  ::close(handle);
  ::kill(-child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  return ended ? std::optional(status) : std::nullopt;
}

/// What is wrong with how a child ended; empty: nothing.
std::string wrong_with(std::optional<int> status) {
  if (!status) return fmt::format("not done after {} seconds", kDeadline.count());
  if (WIFSIGNALED(*status)) return fmt::format("ended by signal {}", WTERMSIG(*status));
  if (WEXITSTATUS(*status) == kLeaks) return "a file descriptor stays open";
  if (WEXITSTATUS(*status) != kEnded) return fmt::format("exit status {}", WEXITSTATUS(*status));
  return "";
}

}  // namespace

int run_with_faults(const std::function<int()>& tests) {
  void* shared =
      ::mmap(nullptr, sizeof(const char*), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 1;
  auto* called = static_cast<const char**>(shared);
  int faults = 0;
  for (int number = 1; number <= kMostCalls; ++number) {
    *called = "";
    std::FILE* said = std::tmpfile();
    std::fflush(nullptr);
    const pid_t child = said == nullptr ? -1 : ::fork();
    if (child == -1) {
      std::perror("a child for a fault");
      return faults + 1;
    }
    if (child == 0) {
      ::dup2(::fileno(said), STDOUT_FILENO);
      ::dup2(::fileno(said), STDERR_FILENO);
      run_one(tests, number, called);
    }
    const std::optional<int> status = wait_for(child);
    const bool last = status && WIFEXITED(*status) && WEXITSTATUS(*status) == kNoSuchCall;
    const std::string wrong = last ? "" : wrong_with(status);
    if (!wrong.empty()) {
      ++faults;
      fmt::print("call {}, {}, fails: {}\n", number, *called, wrong);
      std::rewind(said);
      for (int c = 0; (c = std::fgetc(said)) != EOF;) std::putchar(c);
    }
    std::fclose(said);
    if (last) break;
  }
  ::munmap(shared, sizeof(const char*));
  return faults;
}

}  // namespace kboot::test
