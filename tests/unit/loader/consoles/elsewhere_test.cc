#include "loader/consoles/elsewhere.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/two_consoles.h"

using namespace kboot;
using namespace kboot::test;

namespace {

struct Fixture : TwoConsoles {
  Elsewhere elsewhere{here};
  Fixture() { elsewhere.start(); }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "elsewhere: a boot is told of when it begins and when it ends, once") {
  CHECK_FALSE(elsewhere.news(true));
  auto lock = there.lock_boot("linux");
  CHECK(elsewhere.news(true) == "ttyS0 is booting \"linux\"; ^C stops it");
  CHECK_FALSE(elsewhere.news(true));
  there.commit_boot();
  CHECK_FALSE(elsewhere.news(true));
  lock.reset();
  CHECK(elsewhere.news(true) == "ttyS0 no longer boots");
  CHECK_FALSE(elsewhere.news(true));
}

TEST_CASE_METHOD(Fixture, "elsewhere: a boot is told of where nothing boots by itself, too") {
  const auto lock = there.lock_boot("linux");
  there.commit_boot();
  CHECK(elsewhere.news(false) == "ttyS0 is booting \"linux\"");
}

TEST_CASE_METHOD(Fixture, "elsewhere: who holds autoboot is told of as long as there is one") {
  {
    Consoles session(folder.path(), "an ssh session from 10.0.0.2");
    session.hold();
    CHECK(elsewhere.news(true) == "autoboot waits for an ssh session from 10.0.0.2");
    CHECK_FALSE(elsewhere.news(true));
  }
  CHECK(elsewhere.news(true) == "nobody holds autoboot any more");
  Consoles session(folder.path(), "an ssh session from 10.0.0.2");
  session.hold();
  CHECK_FALSE(elsewhere.news(false));
}

TEST_CASE_METHOD(Fixture,
                 "elsewhere: the first key on another console is told of, those that follow are not") {
  there.note_key();
  CHECK(elsewhere.news(true) == "autoboot waits: a key was pressed on ttyS0");
  there.note_key();
  CHECK_FALSE(elsewhere.news(true));
  here.note_key();
  CHECK_FALSE(elsewhere.news(true));
}

TEST_CASE_METHOD(Fixture, "elsewhere: the end of a boot is told of, though a new prompt came in between") {
  auto lock = there.lock_boot("linux");
  CHECK(elsewhere.news(true));
  lock.reset();
  elsewhere.start();
  CHECK(elsewhere.news(true) == "ttyS0 no longer boots");
}

TEST_CASE_METHOD(Fixture, "elsewhere: a new prompt begins with what is so already") {
  const auto lock = there.lock_boot("linux");
  there.note_key();
  elsewhere.start();
  CHECK_FALSE(elsewhere.news(true));
}
