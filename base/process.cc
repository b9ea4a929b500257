#include "base/process.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/memory_file.h"
#include "base/unique_fd.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxOutput = 65536;
/// What a shell returns for a program that cannot be started, too.
constexpr int kCannotStart = 127;

/// In the child: becomes the program, or ends with kCannotStart.
[[noreturn]] void become(const std::vector<std::string>& argv) {
  std::vector<char*> arguments;
  arguments.reserve(argv.size() + 1);
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  ::execv(arguments[0], arguments.data());
  ::_exit(kCannotStart);
}

pid_t fork_or_fail(const std::string& program) {
  const pid_t child = ::fork();
  if (child < 0) fail_errno(errno, program);
  return child;
}

/// Ignores ^C and ^\ here while a foreground program has the terminal.
class SignalsToChild {
 public:
  SignalsToChild() {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &ignore, &saved_[i]);
  }
  ~SignalsToChild() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &saved_[i], nullptr);
  }
  SignalsToChild(const SignalsToChild&) = delete;
  SignalsToChild& operator=(const SignalsToChild&) = delete;

  static void reset_in_child() {
    for (const int signal : kSignals) ::signal(signal, SIG_DFL);
  }

 private:
  static constexpr std::array kSignals = {SIGINT, SIGQUIT};
  std::array<struct sigaction, kSignals.size()> saved_{};
};

}  // namespace

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) fail_errno(errno, "waitpid");
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

ProcessResult run_captured(const std::vector<std::string>& argv, const ProcessSetup& setup) {
  std::optional<MemoryFile> standard_input;
  if (setup.input) {
    standard_input.emplace("input");
    standard_input->append(*setup.input);
    standard_input->seal();
  }
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail_errno(errno, "pipe");
  UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);

  const pid_t child = fork_or_fail(argv[0]);
  if (child == 0) {
    if (standard_input) ::dup2(standard_input->fd(), STDIN_FILENO);
    ::dup2(writer.get(), STDOUT_FILENO);
    ::dup2(writer.get(), STDERR_FILENO);
    for (const int fd : setup.inherited) ::fcntl(fd, F_SETFD, 0);
    if (!setup.directory.empty() && ::chdir(setup.directory.c_str()) != 0) ::_exit(kCannotStart);
    become(argv);
  }
  writer.reset();

  ProcessResult result;
  std::array<char, 4096> block{};
  for (;;) {
    std::array<pollfd, 2> waits = {pollfd{reader.get(), POLLIN, 0}, pollfd{Interrupt::fd(), POLLIN, 0}};
    if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) break;
    if (Interrupt::requested()) {
      ::kill(child, SIGTERM);
      wait_for(child);
      throw Cancelled();
    }
    if (waits[0].revents == 0) continue;
    const ssize_t length = ::read(reader.get(), block.data(), block.size());
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) break;
    if (result.output.size() < kMaxOutput)
      result.output.append(block.data(), static_cast<std::size_t>(length));
  }
  result.status = wait_for(child);
  return result;
}

int run_in_foreground(const std::function<void()>& child) {
  const SignalsToChild signals;
  const pid_t process = fork_or_fail("fork");
  if (process == 0) {
    SignalsToChild::reset_in_child();
    child();
    ::_exit(kCannotStart);
  }
  return wait_for(process);
}

int run_in_foreground(const std::vector<std::string>& argv, const std::string& directory) {
  return run_in_foreground([&] {
    if (::chdir(directory.c_str()) == 0) become(argv);
  });
}

}  // namespace kboot
