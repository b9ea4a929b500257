#include "loader/consoles/consoles.h"

#include <string>

#include <catch2/catch.hpp>

#include "base/interrupt.h"
#include "tests/unit/fakes/two_consoles.h"

using namespace kboot;
using namespace kboot::test;

TEST_CASE_METHOD(TwoConsoles, "consoles: one boot at a time, and the others know of it") {
  CHECK_FALSE(here.booting());
  auto lock = there.lock_boot("linux quiet");
  REQUIRE(lock);
  CHECK_FALSE(here.lock_boot("other"));
  CHECK(here.booting() == BootUnderWay{"ttyS0", "linux quiet", true});
  // To look is not to lock.
  CHECK(here.booting());
  lock.reset();
  CHECK_FALSE(here.booting());
  CHECK(here.lock_boot("other"));
}

TEST_CASE_METHOD(TwoConsoles, "consoles: a boot is stopped from another console, until it is too late") {
  Interrupt::install();
  Interrupt::clear();
  CHECK_FALSE(here.stop_boot());
  const auto lock = there.lock_boot("linux");
  CHECK(here.stop_boot());
  // Both are this process.
  CHECK(Interrupt::requested());
  Interrupt::clear();

  there.commit_boot();
  CHECK(here.booting() == BootUnderWay{"ttyS0", "linux", false});
  CHECK_FALSE(here.stop_boot());
  CHECK_FALSE(Interrupt::requested());
}

TEST_CASE_METHOD(TwoConsoles,
                 "consoles: a boot of which nothing is written yet is one, and cannot be stopped") {
  const auto lock = there.lock_boot("linux");
  const std::string text = GENERATE(as<std::string>(), "", "12", "1\nttyS0", "x\nttyS0\nlinux",
                                    "-1\nttyS0\nlinux", "1\nttyS0\nlinux");
  folder.write("boot", text);
  REQUIRE(here.booting());
  CHECK_FALSE(here.booting()->stoppable);
  CHECK_FALSE(here.stop_boot());
}

TEST_CASE_METHOD(TwoConsoles, "consoles: what others wrote is shown printable") {
  const auto lock = there.lock_boot("linux \x1b[2J");
  CHECK(here.booting()->line.find('\x1b') == std::string::npos);
}

TEST_CASE_METHOD(TwoConsoles, "consoles: a key is one of this console or of another") {
  CHECK_FALSE(here.since_key());
  CHECK_FALSE(here.key_elsewhere());
  there.note_key();
  CHECK(here.since_key());
  CHECK(here.key_elsewhere() == "ttyS0");
  CHECK_FALSE(there.key_elsewhere());
  here.note_key();
  CHECK_FALSE(here.key_elsewhere());
  CHECK(there.key_elsewhere() == "tty1");
}

TEST_CASE_METHOD(TwoConsoles, "consoles: a session holds autoboot as long as it lasts") {
  {
    Consoles session(folder.path(), "an ssh session from 10.0.0.2");
    session.hold();
    CHECK(here.holder() == "an ssh session from 10.0.0.2");
    Consoles second(folder.path(), "an ssh session from 10.0.0.3");
    second.hold();
    CHECK(here.holder());
  }
  CHECK_FALSE(here.holder());
}

TEST_CASE("consoles: without a folder each is alone, and nothing fails") {
  Consoles consoles("/nonexistent/kboot", "tty1");
  consoles.note_key();
  consoles.hold();
  CHECK_FALSE(consoles.since_key());
  CHECK_FALSE(consoles.key_elsewhere());
  CHECK_FALSE(consoles.holder());
  CHECK(consoles.lock_boot("linux"));
  consoles.commit_boot();
  CHECK_FALSE(consoles.booting());
  CHECK_FALSE(consoles.stop_boot());
}
