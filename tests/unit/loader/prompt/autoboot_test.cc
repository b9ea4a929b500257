#include "loader/prompt/autoboot.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;
using namespace kboot::test;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  TemporaryFolder folder;
  Consoles consoles{folder.path(), "tty1"};
  Autoboot::Clock::time_point now = Autoboot::Clock::now();
  Autoboot autoboot{consoles, [this] { return now; }};
};

Settings settings(std::optional<std::chrono::seconds> timeout, std::optional<std::chrono::seconds> delay) {
  Settings result;
  result.default_line = "linux";
  result.timeout = timeout;
  result.delay = delay;
  return result;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "autoboot: timeout seconds after the prompt the default runs") {
  autoboot.start(settings(10s, {}));
  CHECK(autoboot.time_left() == 10s);
  now += 4s;
  CHECK(autoboot.time_left() == 6s);
  now += 6s;
  CHECK(autoboot.time_left() == 0s);
}

TEST_CASE_METHOD(Fixture, "autoboot: without timeout and delay nothing runs by itself") {
  autoboot.start(settings({}, {}));
  CHECK_FALSE(autoboot.time_left());
  CHECK_FALSE(autoboot.notice());
}

TEST_CASE_METHOD(Fixture, "autoboot: the countdown shows no secret of the default") {
  Settings secret = settings(30s, {});
  secret.default_line = "http://user:secret@host/k?token=x password=y \u009b2J";
  autoboot.start(secret);
  CHECK(autoboot.notice() ==
        "booting \"http://…@host/k?… password=… \\xc2\\x9b2J\" in 30 s, any key stops it");
}

TEST_CASE_METHOD(Fixture, "autoboot: each keystroke starts the time anew") {
  autoboot.start(settings(10s, {}));
  now += 9s;
  autoboot.note_key();
  CHECK(*autoboot.time_left() > 9s);
}

TEST_CASE_METHOD(Fixture, "autoboot: delay counts until the first keystroke, timeout afterwards") {
  autoboot.start(settings(60s, 3s));
  CHECK(autoboot.time_left() == 3s);
  autoboot.note_key();
  CHECK(*autoboot.time_left() > 59s);
}

TEST_CASE_METHOD(Fixture, "autoboot: delay alone is over with the first keystroke") {
  autoboot.start(settings({}, 3s));
  CHECK(autoboot.time_left() == 3s);
  autoboot.note_key();
  CHECK_FALSE(autoboot.time_left());
}

TEST_CASE_METHOD(Fixture, "autoboot: a key on another console counts here, too") {
  autoboot.start(settings(10s, {}));
  now += 11s;
  Consoles other(folder.path(), "ttyS0");
  other.note_key();
  CHECK(*autoboot.time_left() > 9s);
}

TEST_CASE_METHOD(Fixture, "autoboot: an ssh session holds it as long as it lasts, and is named") {
  autoboot.start(settings(10s, {}));
  now += 11s;
  {
    Consoles other(folder.path(), "an ssh session from 10.0.0.2");
    other.hold();
    CHECK(autoboot.time_left() == 10s);
    CHECK(autoboot.notice() == "autoboot waits for an ssh session from 10.0.0.2");
  }
  now += 1s;
  CHECK(autoboot.time_left() == 9s);
  CHECK(autoboot.notice() == "booting \"linux\" in 10 s, any key stops it");
}

TEST_CASE_METHOD(Fixture, "autoboot: while another console boots this one waits") {
  autoboot.start(settings(10s, {}));
  Consoles other(folder.path(), "ttyS0");
  const auto lock = other.lock_boot("linux");
  now += 11s;
  CHECK(autoboot.time_left() == 10s);
}

TEST_CASE_METHOD(Fixture, "autoboot: what failed is tried again, after longer and longer pauses") {
  autoboot.start(settings(10s, {}));
  CHECK(autoboot.line().empty());
  std::chrono::milliseconds longest = 0ms;
  for (auto pause = 1000ms; pause < 600s; pause *= 2) {
    autoboot.note_failure();
    autoboot.start(settings(10s, {}));
    const auto expected = std::min<std::chrono::milliseconds>(pause, Autoboot::kLongestPause);
    CHECK(*autoboot.time_left() >= expected * 3 / 4);
    CHECK(*autoboot.time_left() <= expected * 5 / 4);
    CHECK(autoboot.line().empty());
    longest = std::max(longest, *autoboot.time_left());
  }
  CHECK(longest <= 25s);
  CHECK_THAT(*autoboot.notice(), Catch::StartsWith("booting \"linux\" again in "));
  // Somebody has come.
  autoboot.note_key();
  CHECK(*autoboot.time_left() > 9s);
}

TEST_CASE_METHOD(Fixture, "autoboot: onfail says what follows a failure") {
  const auto [on_fail, line] = GENERATE(table<OnFail, std::string>(
      {{OnFail::reboot, "reboot"}, {OnFail::poweroff, "poweroff"}, {OnFail::shell, "sh"}}));
  Settings with = settings(60s, {});
  with.on_fail = on_fail;
  autoboot.start(with);
  CHECK(autoboot.line().empty());
  autoboot.note_failure();
  autoboot.start(with);
  CHECK(autoboot.time_left() == 10s);
  CHECK(autoboot.line() == line);
  CHECK(autoboot.notice() == "nothing could be booted: " + line + " in 10 s, any key stops it");
  autoboot.note_key();
  CHECK(autoboot.line().empty());
  CHECK(*autoboot.time_left() > 59s);
}

TEST_CASE_METHOD(Fixture, "autoboot: onfail=prompt leaves it at that") {
  Settings with = settings(10s, {});
  with.on_fail = OnFail::prompt;
  autoboot.start(with);
  autoboot.note_failure();
  autoboot.start(with);
  CHECK_FALSE(autoboot.time_left());
  CHECK(autoboot.notice() == "nothing could be booted; an empty line tries again");
  autoboot.note_key();
  CHECK_FALSE(autoboot.time_left());
}

TEST_CASE_METHOD(Fixture,
                 "autoboot: keys that nothing comes of hold it for holdmax, a line that works longer") {
  Settings with = settings({}, 3s);
  with.hold_max = 60s;
  autoboot.start(with);
  CHECK(autoboot.time_left() == 3s);
  autoboot.note_key();
  CHECK(autoboot.time_left() == 60s);
  now += 50s;
  autoboot.note_key();
  CHECK(autoboot.time_left() == 10s);
  autoboot.note_line();
  CHECK(autoboot.time_left() == 60s);
  now += 60s;
  CHECK(autoboot.time_left() == 0s);
  // It was tried, and the next key is a person's again.
  autoboot.note_failure();
  autoboot.start(with);
  autoboot.note_key();
  CHECK(autoboot.time_left() == 60s);
}

TEST_CASE_METHOD(Fixture,
                 "autoboot: holdmax=0 lets a key hold it for ever, and an ssh session stops its clock") {
  Settings with = settings({}, 3s);
  autoboot.start(with);
  autoboot.note_key();
  CHECK_FALSE(autoboot.time_left());

  with.hold_max = 60s;
  autoboot.start(with);
  Consoles session(folder.path(), "an ssh session from 10.0.0.2");
  session.hold();
  now += 100s;
  CHECK(autoboot.time_left() == 60s);
}

TEST_CASE_METHOD(Fixture, "autoboot: holdmax starts nothing where nothing starts by itself") {
  Settings with = settings({}, {});
  with.hold_max = 60s;
  autoboot.start(with);
  autoboot.note_key();
  CHECK_FALSE(autoboot.time_left());
}

TEST_CASE_METHOD(Fixture, "autoboot: the countdown tells the time that is left now") {
  autoboot.start(settings(10s, {}));
  now += 4s;
  CHECK(autoboot.countdown() == "booting \"linux\" in 6 s, any key stops it");
  CHECK(autoboot.notice() == "booting \"linux\" in 10 s, any key stops it");
  autoboot.start(settings({}, {}));
  CHECK_FALSE(autoboot.countdown());
}
