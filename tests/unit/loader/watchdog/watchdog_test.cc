#include "loader/watchdog/watchdog.h"

#include <array>
#include <functional>
#include <new>

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/unique_fd.h"
#include "loader/watchdog/watchdog_daemon.h"
#include "loader/watchdog/watchdog_device.h"
#include "loader/watchdog/watchdog_keeper.h"
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
    if (mad) throw std::bad_alloc();
    done += fmt::format("start {} ", timeout.count());
    return std::min(timeout, longest);
  }
  void feed() override {
    done += "feed ";
    if (on_feed) on_feed();
  }
  void stop() override { done += "stop "; }

  std::string done;
  bool broken = false;
  bool mad = false;
  std::function<void()> on_feed;
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
  CHECK(device.done == "start 60 feed feed start 90 feed stop ");
}

TEST_CASE("watchdog: what cannot be started is tried again") {
  FakeDevice device;
  device.broken = true;
  WatchdogKeeper keeper(device);
  keeper.step(60s);
  keeper.step(60s);
  device.broken = false;
  device.mad = true;
  keeper.step(60s);  // nothing is thrown, whatever it is
  device.mad = false;
  keeper.step(60s);
  keeper.step(60s);
  CHECK(device.done == "start 60 feed ");
}

TEST_CASE("watchdog: one that does not take another time is still fed with the old one") {
  FakeDevice device;
  WatchdogKeeper keeper(device);
  keeper.step(60s);
  device.broken = true;
  keeper.step(90s);
  keeper.step(90s);
  CHECK(device.done == "start 60 feed feed ");
}

TEST_CASE("watchdog: it is fed when what is wanted cannot be asked, until the end, which stops it") {
  FakeDevice device;
  WatchdogKeeper keeper(device);
  const UniqueFd end(::eventfd(0, EFD_CLOEXEC));
  int asked = 0;
  device.on_feed = [&] {
    const std::uint64_t one = 1;
    if (asked == 2) REQUIRE(::write(end.get(), &one, sizeof one) == sizeof one);
  };
  device.longest = 0s;  // no pause
  keep_watchdog(
      keeper,
      [&]() -> std::optional<std::chrono::seconds> {
        if (++asked == 1) return 60s;
        throw Error("no such thing");
      },
      end.get());
  CHECK(asked == 3);
  CHECK(device.done == "start 60 feed feed feed stop ");
}

TEST_CASE_METHOD(TemporaryFolder,
                 "watchdog: a driver that neither takes nor tells a time is fed all the same") {
  add_watchdog(*this, "class/watchdog0", "a pipe", "inactive");
  write("class/watchdog0/timeout", "");
  make_folder("dev");
  // A pipe knows none of a watchdog's ioctls.
  REQUIRE(::mkfifo(path("dev/watchdog0").c_str(), 0600) == 0);
  const UniqueFd far(::open(path("dev/watchdog0").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  const auto eaten = [&] {
    std::array<char, 16> bytes{};
    const ssize_t length = ::read(far.get(), bytes.data(), bytes.size());
    return std::string(bytes.data(), length < 0 ? 0 : static_cast<std::size_t>(length));
  };
  LinuxWatchdogDevice device(path("class"), path("dev"));
  WatchdogKeeper keeper(device);
  keeper.step(60s);
  CHECK(eaten() == std::string(1, '\0'));
  CHECK(keeper.pause() == 250ms);
  keeper.step(60s);
  CHECK(eaten() == std::string(1, '\0'));
  write("class/watchdog0/timeout", "8\n");
  keeper.step(90s);
  CHECK(keeper.pause() == 1s);
  CHECK(eaten().size() == 2);
  keeper.step(std::nullopt);
  CHECK(eaten() == std::string(1, '\0') + "V");
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
