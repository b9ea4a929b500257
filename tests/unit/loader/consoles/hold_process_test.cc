#include "loader/consoles/hold_process.h"

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/deadline.h"
#include "tests/unit/fakes/two_consoles.h"

using namespace kboot;
using namespace kboot::test;
using namespace std::chrono_literals;

namespace {

/// Whether autoboot is held, or not, soon.
bool comes(const Consoles& consoles, bool held) {
  const Deadline deadline = Deadline::in(30s);
  while (consoles.holder().has_value() != held && !deadline.expired()) ::usleep(10'000);
  return consoles.holder().has_value() == held;
}

}  // namespace

TEST_CASE_METHOD(TwoConsoles, "hold process: it holds autoboot as long as it lives") {
  {
    const HoldProcess hold(there, 0s, 0);
    CHECK(comes(here, true));
    CHECK(here.holder() == "ttyS0");
  }
  CHECK(comes(here, false));
}

TEST_CASE_METHOD(TwoConsoles, "hold process: without a key it ends in time") {
  const HoldProcess hold(there, 1s, 0);
  CHECK(comes(here, true));
  CHECK(comes(here, false));
}

TEST_CASE_METHOD(TwoConsoles, "hold process: it ends with the connection") {
  const pid_t connection = ::fork();
  if (connection == 0) ::pause();
  const HoldProcess hold(there, 0s, connection);
  CHECK(comes(here, true));
  ::kill(connection, SIGKILL);
  ::waitpid(connection, nullptr, 0);
  CHECK(comes(here, false));
}
