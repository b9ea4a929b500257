#include "loader/session/discovery_wait.h"

#include <functional>

#include <catch2/catch.hpp>

#include "base/interrupt.h"
#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;        // NOLINT(google-build-using-namespace)
using namespace kboot::test;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;

namespace {

/// Something happens when the keyboard is looked at.
class EventfulKeyboard final : public Keyboard {
 public:
  SecretText ask_secret(const std::string& /*prompt*/) override { throw Cancelled(); }
  std::function<bool()> watch() override {
    return [this] { return on_look(++looks); };
  }

  std::function<bool(int looks)> on_look = [](int) { return false; };  ///< whether a key was pressed
  int looks = 0;
};

struct Wait {
  TemporaryFolder run;
  Published published{run.path()};
  EventfulKeyboard keyboard;
  Stream results;
  Stream people;
  Report report{results.file(), people.file(), Report::Style::people};

  void publish(bool looking) const { published.write({.looking = looking, .places = {}}); }
  void wait(std::chrono::milliseconds longest = 60s) {
    await_discovery(published, keyboard, report, longest);
  }
};

constexpr const char* kSaid = "auto: the disks are still being looked at, any key ends the wait\n";

}  // namespace

TEST_CASE_METHOD(Wait, "discovery wait: none where all disks were looked at and no other is expected") {
  publish(false);
  wait();
  CHECK(keyboard.looks == 0);
  CHECK(people.take().empty());
}

TEST_CASE_METHOD(Wait, "discovery wait: none where there is no discovery") {
  published = Published("/nonexistent");
  wait();
  CHECK(keyboard.looks == 0);
}

TEST_CASE_METHOD(Wait, "discovery wait: it lasts while a disk is looked at or expected, and says so once") {
  keyboard.on_look = [&](int looks) {
    if (looks == 1) publish(true);
    if (looks == 2) published.write({.looking = true, .places = {{.name = "sda1"}}});
    if (looks == 4) publish(false);
    return false;
  };
  wait();
  CHECK(keyboard.looks == 4);
  CHECK(people.take() == kSaid);
}

TEST_CASE_METHOD(Wait, "discovery wait: a key ends it") {
  publish(true);
  keyboard.on_look = [](int looks) { return looks == 2; };
  wait();
  CHECK(keyboard.looks == 2);
}

TEST_CASE_METHOD(Wait, "discovery wait: ^C ends it and the line") {
  publish(true);
  keyboard.on_look = [](int looks) {
    if (looks == 2) Interrupt::request();
    return false;
  };
  CHECK_THROWS_AS(wait(), Cancelled);
  CHECK(keyboard.looks == 2);
  Interrupt::clear();
}

TEST_CASE_METHOD(Wait, "discovery wait: the deadline ends it") {
  publish(true);
  wait(1ms);
  CHECK(keyboard.looks == 1);
  CHECK(people.take() == kSaid);
}

TEST_CASE_METHOD(Fixture, "discovery wait: auto waits, then boots what comes first") {
  published = Published(run.path());
  published.write({.looking = true, .places = {}});
  keyboard.key_after = 1;
  session.run_line("default=auto");
  people.take();
  CHECK(boot("") == "root=/dev/sda2 quiet");
  CHECK_THAT(people.take(), Catch::StartsWith(kSaid));
}
