#include "base/process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/memory_file.h"
#include "base/scope_exit.h"
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

/// How often a child is looked at where the kernel has no pidfd.
constexpr std::chrono::milliseconds kLook{20};
/// SIGKILL works at once, or not before the kernel lets go of the process.
constexpr std::chrono::milliseconds kKilled{1000};

int status_of(int waited) {
  return WIFSIGNALED(waited) ? 128 + WTERMSIG(waited) : WEXITSTATUS(waited);
}

/// Readable when the child has ended. musl has no function for it.
UniqueFd process_fd(pid_t child) {
  return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
}

/// The child's status, or nothing while it goes on.
std::optional<int> reap(pid_t child) {
  int status = 0;
  pid_t reaped = 0;
  while ((reaped = ::waitpid(child, &status, WNOHANG)) < 0) {
    if (errno != EINTR) fail_errno(errno, "waitpid");
  }
  return reaped == 0 ? std::nullopt : std::optional(status_of(status));
}

enum class Interrupted { throws, is_passed_over };

std::optional<int> await_end(pid_t child, const Deadline& deadline, Interrupted how) {
  const UniqueFd end = process_fd(child);
  const int interrupt = how == Interrupted::throws ? Interrupt::fd() : -1;
  for (;;) {
    if (const auto status = reap(child)) return status;
    if (how == Interrupted::throws) Interrupt::throw_if_requested();
    if (deadline.expired()) return std::nullopt;
    std::array<pollfd, 2> waits = {pollfd{end.get(), POLLIN, 0}, pollfd{interrupt, POLLIN, 0}};
    const bool look = !end && deadline.remaining() > kLook;
    ::poll(waits.data(), waits.size(), look ? static_cast<int>(kLook.count()) : deadline.poll_timeout());
  }
}

/// Those that did not end by SIGKILL.
std::vector<pid_t>& left_behind() {
  static std::vector<pid_t> children;
  return children;
}

void reap_left_behind() noexcept {
  std::erase_if(left_behind(), [](pid_t child) { return ::waitpid(child, nullptr, WNOHANG) != 0; });
}

/// Ends a child however its scope is left.
class Running {
 public:
  Running(pid_t child, const EndChild& how) : child_(child), how_(how) {}
  ~Running() {
    if (child_ > 0) end_child(child_, how_);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  /// What it ended with, by the deadline.
  std::optional<int> wait(const Deadline& deadline) {
    const auto status = wait_for(child_, deadline);
    if (status) child_ = -1;
    return status;
  }

 private:
  pid_t child_;
  EndChild how_;
};

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

pid_t fork_child(const std::string& noun) {
  reap_left_behind();
  const pid_t child = ::fork();
  if (child < 0) fail_errno(errno, noun);
  if (child != 0) return child;
  Interrupt::reset_in_child();
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  return child;
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) fail_errno(errno, "waitpid");
  }
  return status_of(status);
}

std::optional<int> wait_for(pid_t child, const Deadline& deadline) {
  return await_end(child, deadline, Interrupted::throws);
}

void end_child(pid_t child, const EndChild& how) noexcept {
  const pid_t all = how.whole == EndChild::Whole::group ? -child : child;
  const auto ended = [&](std::chrono::milliseconds time) {
    return await_end(child, Deadline::in(time), Interrupted::is_passed_over).has_value();
  };
  try {
    if (how.grace.count() > 0) {
      ::kill(all, how.signal);
      ::kill(all, SIGCONT);  // a stopped one hears nothing else but SIGKILL
      const bool heard = ended(how.grace);
      // The others of its group may have heard nothing.
      if (heard && all != child) ::kill(all, SIGKILL);
      if (heard) return;
    }
    ::kill(all, SIGKILL);
    if (ended(kKilled)) return;
    left_behind().push_back(child);
    log_warning("process {} does not end: it is left behind", child);
  } catch (const std::exception&) {
    return;  // somebody else has waited for it
  }
}

ProcessResult run_captured(const std::vector<std::string>& argv, const ProcessSetup& setup) {
  std::optional<MemoryFile> contents;
  if (setup.input) {
    contents.emplace("input");
    contents->append(*setup.input);
    contents->rewind();
  }
  // It may be a key.
  const ScopeExit wipe([&]() noexcept {
    if (contents) contents->wipe();
  });
  // Not the session's: it may hold a password, or the next line.
  UniqueFd nothing;
  if (!contents) nothing.reset(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int standard_input = contents ? contents->fd() : nothing.get();
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail_errno(errno, "pipe");
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);

  const Deadline deadline = Deadline::in(setup.longest);
  const pid_t child = fork_child(argv[0]);
  if (child == 0) {
    ::setpgid(0, 0);
    if (::dup2(standard_input, STDIN_FILENO) < 0) ::close(STDIN_FILENO);
    ::dup2(writer.get(), STDOUT_FILENO);
    ::dup2(writer.get(), STDERR_FILENO);
    for (const int fd : setup.inherited) ::fcntl(fd, F_SETFD, 0);
    if (!setup.directory.empty() && ::chdir(setup.directory.c_str()) != 0) ::_exit(kCannotStart);
    become(argv);
  }
  ::setpgid(child, child);  // here too: whichever comes first
  Running running(child, {.whole = EndChild::Whole::group});
  writer.reset();

  ProcessResult result;
  std::array<char, 4096> block{};
  while (!deadline.expired()) {
    std::array<pollfd, 2> waits = {pollfd{reader.get(), POLLIN, 0}, pollfd{Interrupt::fd(), POLLIN, 0}};
    if (::poll(waits.data(), waits.size(), deadline.poll_timeout()) < 0) {
      if (errno != EINTR) break;
      waits[0].revents = 0;
    }
    Interrupt::throw_if_requested();
    if (waits[0].revents == 0) continue;
    const ssize_t length = ::read(reader.get(), block.data(), block.size());
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) break;
    const std::size_t room = kMaxOutput - std::min(kMaxOutput, result.output.size());
    result.output.append(block.data(), std::min(room, static_cast<std::size_t>(length)));
  }
  const auto status = running.wait(deadline);
  if (!status) fail("{} took longer than {} s", argv[0], setup.longest.count() / 1000);
  result.status = *status;
  return result;
}

int run_in_foreground(const std::function<void()>& child) {
  const SignalsToChild signals;
  Interrupt::clear();  // ^C is not heard here: only the end of the session ends the wait
  const pid_t process = fork_child("fork");
  if (process == 0) {
    SignalsToChild::reset_in_child();
    child();
    ::_exit(kCannotStart);
  }
  // An interactive shell hears no SIGTERM, and what is between kboot and a chroot has its own to end first.
  Running running(process, {.signal = SIGHUP, .grace = std::chrono::seconds(8)});
  return running.wait(Deadline::never()).value();
}

int run_in_foreground(const std::vector<std::string>& argv, const std::string& directory) {
  return run_in_foreground([&] {
    if (::chdir(directory.c_str()) == 0) become(argv);
  });
}

}  // namespace kboot
