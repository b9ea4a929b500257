#include "base/interrupt.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/unique_fd.h"

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
