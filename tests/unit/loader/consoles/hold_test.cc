#include "loader/consoles/hold.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;
using namespace kboot::test;
using namespace std::chrono_literals;

TEST_CASE(
    "hold: a session holds autoboot until nothing is typed for too long, and again from the next key on") {
  TemporaryFolder folder;
  Consoles here(folder.path(), "tty1");
  Consoles session(folder.path(), "an ssh session");
  Hold::Clock::time_point now = Hold::Clock::now();
  Hold hold(session, [&] { return now; });
  CHECK(here.holder());
  now += 50s;
  hold.note_key();
  now += 59s;
  CHECK_FALSE(hold.expire(60s));
  CHECK_FALSE(hold.expire(0s));
  now += 1s;
  CHECK(hold.expire(60s));
  CHECK_FALSE(hold.expire(60s));
  CHECK_FALSE(here.holder());
  hold.note_key();
  CHECK(here.holder());
}
