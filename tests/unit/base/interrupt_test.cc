#include "base/interrupt.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/process.h"
#include "base/unique_fd.h"
#include "tests/unit/system_calls.h"

namespace kboot {
namespace {

bool is_readable(int fd) {
  pollfd waited = {fd, POLLIN, 0};
  return ::poll(&waited, 1, 0) == 1;
}

TEST_CASE("^\\ does nothing, here") {
  Interrupt::install();
  REQUIRE(std::raise(SIGQUIT) == 0);  // whose default action would end this program
  CHECK_FALSE(Interrupt::requested());

  struct sigaction action = {};
  REQUIRE(::sigaction(SIGQUIT, nullptr, &action) == 0);
  CHECK(action.sa_handler != SIG_IGN);  // programs would inherit that
}

TEST_CASE("^C is noted once and forgotten when asked") {
  Interrupt::install();
  REQUIRE(Interrupt::fd() >= 0);
  CHECK_FALSE(Interrupt::requested());
  CHECK_FALSE(is_readable(Interrupt::fd()));
  CHECK_NOTHROW(Interrupt::throw_if_requested());

  REQUIRE(std::raise(SIGINT) == 0);
  REQUIRE(std::raise(SIGINT) == 0);
  CHECK(Interrupt::requested());
  CHECK(is_readable(Interrupt::fd()));
  CHECK_THROWS_AS(Interrupt::throw_if_requested(), Cancelled);

  Interrupt::clear();
  CHECK_FALSE(Interrupt::requested());
  CHECK_FALSE(is_readable(Interrupt::fd()));
}

TEST_CASE("^C by hand is as ^C by signal") {
  Interrupt::install();
  Interrupt::request();
  CHECK(Interrupt::requested());
  CHECK(is_readable(Interrupt::fd()));
  Interrupt::clear();
  CHECK_FALSE(is_readable(Interrupt::fd()));
}

TEST_CASE("^C is not noted while it is ignored, and an earlier one is forgotten") {
  Interrupt::install();
  Interrupt::request();
  {
    const Interrupt::Ignored ignored;
    CHECK_FALSE(Interrupt::requested());
    REQUIRE(std::raise(SIGINT) == 0);
    CHECK_FALSE(is_readable(Interrupt::fd()));
  }
  CHECK_FALSE(Interrupt::requested());
  REQUIRE(std::raise(SIGINT) == 0);
  CHECK(Interrupt::requested());
  Interrupt::clear();
}

TEST_CASE("^C is ignored until the outer of two has ended") {
  Interrupt::install();
  {
    const Interrupt::Ignored outer;
    { const Interrupt::Ignored inner; }
    REQUIRE(std::raise(SIGINT) == 0);
    CHECK_FALSE(Interrupt::requested());
  }
  CHECK_FALSE(Interrupt::requested());
}

TEST_CASE("^C during clear() is either forgotten or noted, not half") {
  Interrupt::install();
  // clear() takes its mark off fd() by read(): a ^C just before and just after is one that comes in between.
  for (const bool before : {true, false}) {
    INFO("before the read: " << before);
    Interrupt::clear();
    Interrupt::request();
    const SystemCalls::Hook hook("read", before ? SystemCalls::When::before : SystemCalls::When::after,
                                 [] { std::raise(SIGINT); });
    Interrupt::clear();
    CHECK(hook.calls() == 1);
    CHECK(Interrupt::requested());
    CHECK(is_readable(Interrupt::fd()));
  }
  Interrupt::clear();
  CHECK_FALSE(is_readable(Interrupt::fd()));
}

/// The status of `body`, run in a process of its own: the end of a session is for good.
int in_child(const std::function<bool()>& body) {
  const pid_t child = fork_child("child");
  if (child == 0) {
    Interrupt::install();
    ::_exit(body() ? 0 : 1);
  }
  return wait_for(child);
}

TEST_CASE("SIGHUP and SIGTERM end the session, whatever is cleared, but not what must be finished") {
  Interrupt::install();
  for (const int signal : {SIGHUP, SIGTERM}) {
    CHECK(in_child([&] {
            std::raise(signal);
            Interrupt::clear();
            return Interrupt::session_ended() && Interrupt::requested() && is_readable(Interrupt::fd());
          }) == 0);
    CHECK(in_child([&] {
            {
              const Interrupt::Ignored undoing;
              std::raise(signal);
              if (Interrupt::requested() || is_readable(Interrupt::fd())) return false;
            }
            return Interrupt::session_ended() && is_readable(Interrupt::fd());
          }) == 0);
  }
}

TEST_CASE("a write to a closed pipe fails, and does not end kboot") {
  Interrupt::install();
  CHECK(in_child([] {
          std::array<int, 2> ends{};
          if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
          ::close(ends[0]);
          return ::write(ends[1], "", 1) == -1 && errno == EPIPE && !Interrupt::session_ended();
        }) == 0);
}

TEST_CASE("a child's ^C is its own, and its signals have their default actions") {
  Interrupt::install();
  const pid_t child = fork_child("child");
  if (child == 0) {
    Interrupt::request();
    ::raise(SIGTERM);
    ::_exit(1);
  }
  CHECK(wait_for(child) == 128 + SIGTERM);
  CHECK_FALSE(is_readable(Interrupt::fd()));
}

TEST_CASE("^C ends a read that waits") {
  Interrupt::install();
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  const pthread_t waiting = ::pthread_self();
  std::atomic<bool> ended{false};
  // Again and again: the first one may come before the read has begun.
  std::thread presser([&] {
    while (!ended) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      ::pthread_kill(waiting, SIGINT);
    }
  });
  char byte = 0;
  const ssize_t got = ::read(reader.get(), &byte, 1);
  const int error = errno;
  ended = true;
  presser.join();
  CHECK(got == -1);
  CHECK(error == EINTR);
  CHECK(Interrupt::requested());
  Interrupt::clear();
}

}  // namespace
}  // namespace kboot
