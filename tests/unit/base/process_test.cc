#include "base/process.h"

#include <array>
#include <chrono>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/signal_fd.h"
#include "base/unique_fd.h"

namespace kboot {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

ProcessResult shell(const std::string& line, const ProcessSetup& setup = {}) {
  return run_captured({"/bin/sh", "-c", line}, setup);
}

/// ^C, pressed when something has become readable.
class Press {
 public:
  explicit Press(int fd, int signal = SIGINT)
      : waiting_(::pthread_self()), thread_([this, fd, signal] {
          pollfd wait{fd, POLLIN, 0};
          ::poll(&wait, 1, 10'000);
          ::pthread_kill(waiting_, signal);
        }) {}
  ~Press() {
    thread_.join();
    Interrupt::clear();
  }
  Press(const Press&) = delete;
  Press& operator=(const Press&) = delete;

 private:
  pthread_t waiting_;
  std::thread thread_;
};

/// A pipe to a child, which hears of its start or its end.
struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    reader.reset(ends[0]);
    writer.reset(ends[1]);
  }
  UniqueFd reader;
  UniqueFd writer;
};

TEST_CASE("process: status, output of both kinds, input, directory") {
  const ProcessResult result = shell("echo out; echo err >&2; exit 3");
  CHECK(result.status == 3);
  CHECK(result.output == "out\nerr\n");
  CHECK(shell("cat", {.input = "a secret"}).output == "a secret");
  CHECK(shell("pwd", {.directory = "/"}).output == "/\n");
  CHECK(shell("kill -9 $$").status == 128 + SIGKILL);
  CHECK(run_captured({"/nonexistent"}).status == 127);
  CHECK(shell("head -c 100000 /dev/zero").output.size() == 65536);
}

TEST_CASE("process: standard input is not the session's") {
  Pipe session;
  REQUIRE(::write(session.writer.get(), "secret\n", 7) == 7);
  const UniqueFd saved(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
  ::dup2(session.reader.get(), STDIN_FILENO);
  const std::string read = shell("read -r line; echo got:$line").output;
  if (saved)
    ::dup2(saved.get(), STDIN_FILENO);
  else
    ::close(STDIN_FILENO);
  CHECK(read == "got:\n");
}

TEST_CASE("process: a group of its own, the signals' default actions, none blocked") {
  Interrupt::install();
  const std::string own = std::to_string(::getpgrp());
  CHECK(shell("cut -d' ' -f5 /proc/self/stat").output != own + "\n");
  const UniqueFd blocks = watch_signal(SIGUSR1);
  CHECK(shell("cat /proc/self/status | grep -E '^Sig(Blk|Ign|Cgt)' | cut -f2 | tr '\\n' ' '").output ==
        "0000000000000000 0000000000000000 0000000000000000 ");
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGUSR1);
  ::sigprocmask(SIG_UNBLOCK, &signals, nullptr);
}

TEST_CASE("process: one that takes too long is ended, though it hears no SIGTERM") {
  Interrupt::install();
  const auto start = Clock::now();
  CHECK_THROWS_WITH(shell("trap '' TERM; while :; do sleep 100; done", {.longest = 200ms}),
                    Catch::Contains("took longer than"));
  CHECK(Clock::now() - start < 60s);
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);  // none is left
}

TEST_CASE("process: the deadline counts for one that has closed its output, too") {
  CHECK_THROWS_WITH(shell("exec >&- 2>&-; exec sleep 100", {.longest = 200ms}),
                    Catch::Contains("took longer than"));
}

TEST_CASE("process: ^C ends one that hears no SIGTERM, and what it has started") {
  Interrupt::install();
  Pipe started;
  {
    const Press press(started.reader.get());
    const std::string out = std::to_string(started.writer.get());
    CHECK_THROWS_AS(shell("trap '' TERM; echo >&" + out + "; while :; do sleep 100; done",
                          {.inherited = {started.writer.get()}}),
                    Cancelled);
  }
  started.writer.reset();
  // Its children held the pipe: their end is the pipe's.
  std::array<char, 16> rest{};
  while (::read(started.reader.get(), rest.data(), rest.size()) > 0) {
  }
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
}

TEST_CASE("process: ^C ends a stopped one") {
  Interrupt::install();
  Pipe started;
  const Press press(started.reader.get());
  const std::string out = std::to_string(started.writer.get());
  CHECK_THROWS_AS(
      shell("echo >&" + out + "; kill -STOP $$; sleep 100", {.inherited = {started.writer.get()}}),
      Cancelled);
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
}

TEST_CASE("process: the end of the session ends a foreground program that is not told of it") {
  Interrupt::install();
  // In a process of its own: the end of a session is for good.
  const pid_t session = fork_child("session");
  if (session == 0) {
    Interrupt::install();
    Pipe started;
    int status = 1;
    const pid_t self = ::getpid();
    const pid_t presser = fork_child("presser");
    if (presser == 0) {
      pollfd wait{started.reader.get(), POLLIN, 0};
      ::poll(&wait, 1, 10'000);
      ::kill(self, SIGHUP);
      ::_exit(0);
    }
    try {
      run_in_foreground([&] {
        if (::write(started.writer.get(), "", 1) == 1) ::pause();
      });
    } catch (const Cancelled&) {
      status = 0;
    }
    ::_exit(status);
  }
  CHECK(wait_for(session) == 0);
}

TEST_CASE("process: a wait has a deadline, and the child goes on") {
  const pid_t child = fork_child("child");
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  CHECK_FALSE(wait_for(child, Deadline::in(50ms)));
  end_child(child, {.grace = 0ms});
  CHECK(::waitpid(child, nullptr, WNOHANG) == -1);
}

}  // namespace
}  // namespace kboot
