#include "loader/watchdog.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "loader/watchdog_keeper.h"
#include "tests/unit/fakes/fake_machine.h"
#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;
using namespace kboot::test;
using namespace std::chrono_literals;

namespace {

class FakeDevice final : public WatchdogDevice {
 public:
  std::chrono::seconds start(std::chrono::seconds timeout) override {
    if (broken) throw Error("busy");
    done += fmt::format("start {} ", timeout.count());
    return std::min(timeout, longest);
  }
  void feed() override { done += "feed "; }
  void stop() override { done += "stop "; }

  std::string done;
  bool broken = false;
  std::chrono::seconds longest{600};
};

void add_watchdog(TemporaryFolder& folder, const std::string& name, const std::string& identity,
                  const std::string& state) {
  folder.write(name + "/identity", identity + "\n");
  folder.write(name + "/state", state + "\n");
  folder.write(name + "/timeout", "30\n");
}

}  // namespace

TEST_CASE_METHOD(TemporaryFolder, "watchdog: one in hardware comes before one in software") {
  CHECK_FALSE(find_watchdog(path("none")));
  CHECK_FALSE(find_watchdog(path()));
  add_watchdog(*this, "watchdog0", "Software Watchdog", "inactive");
  CHECK(find_watchdog(path())->name == "watchdog0");
  CHECK_FALSE(find_watchdog(path())->in_hardware);
  CHECK_FALSE(watchdog_notes(find_watchdog(path())).empty());
  CHECK_FALSE(watchdog_notes(std::nullopt).empty());
  add_watchdog(*this, "watchdog1", "i6300ESB timer", "active");
  const auto found = find_watchdog(path());
  CHECK(found->name == "watchdog1");
  CHECK(found->identity == "i6300ESB timer");
  CHECK(found->timeout == 30s);
  CHECK(found->active);
  CHECK(watchdog_notes(found).empty());
}

TEST_CASE("watchdog: it is started, fed, given another time and stopped as is wanted") {
  FakeDevice device;
  WatchdogKeeper keeper(device);
  keeper.step(std::nullopt);
  keeper.step(60s);
  keeper.step(60s);
  keeper.step(90s);
  keeper.step(std::nullopt);
  keeper.step(std::nullopt);
  CHECK(device.done == "start 60 feed start 90 stop ");
}

TEST_CASE("watchdog: what cannot be started is tried again") {
  FakeDevice device;
  device.broken = true;
  WatchdogKeeper keeper(device);
  keeper.step(60s);
  keeper.step(60s);
  device.broken = false;
  keeper.step(60s);
  keeper.step(60s);
  CHECK(device.done == "start 60 feed ");
}

TEST_CASE("watchdog: it is fed every second, and more often when its real time is short") {
  FakeDevice device;
  WatchdogKeeper keeper(device);
  keeper.step(60s);
  CHECK(keeper.pause() == 1s);
  device.longest = 2s;
  keeper.step(61s);
  CHECK(keeper.pause() == 500ms);
}

TEST_CASE_METHOD(Fixture,
                 "watchdog: the configuration and what is typed reach it, and a missing one is told") {
  CHECK_FALSE(watchdog.wanted);
  configure({{"watchdog", "60"}});
  CHECK(watchdog.wanted == 60s);
  CHECK(people.take() == "watchdog: this machine has none that kboot knows\n");
  watchdog.there = {"watchdog0", "i6300ESB timer", 30s, true, true};
  session.run_line("watchdog=30");
  CHECK(watchdog.wanted == 30s);
  CHECK(people.take().empty());
  session.run_line("status");
  CHECK_THAT(results.take(), Catch::Contains("watchdog    30 s (i6300ESB timer)\n"));
  session.run_line("watchdog=off");
  CHECK_FALSE(watchdog.wanted);
  CHECK(people.take().empty());
}
