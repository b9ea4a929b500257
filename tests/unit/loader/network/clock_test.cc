#include "loader/network/clock.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/fakes/fake_system.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::int64_t kLongAgo = 946'684'800;  // 2000-01-01
constexpr std::int64_t kNow = 1'900'000'000;    // 2030-03-17

struct Mended {
  test::FakeClock clock;
  std::vector<std::string> told;
  std::vector<std::string> warned;
  int server_asked = 0;

  void mend(const std::vector<std::string>& ntp, std::int64_t server) {
    clock.mend({ntp,
                [&] {
                  ++server_asked;
                  if (server < 0) fail("no connection");
                  return server;
                },
                [&](const std::string& message) { told.push_back(message); },
                [&](const std::string& message) { warned.push_back(message); }});
  }
};

}  // namespace

TEST_CASE("clock: one that may be right is left alone") {
  Mended m;
  m.clock.time = kNow;
  m.mend({"ntp.lan"}, kNow + 5);
  CHECK(m.clock.time == kNow);
  CHECK(m.clock.asked.empty());
  CHECK(m.told.empty());
  CHECK(m.server_asked == 0);
}

TEST_CASE("clock: the first NTP server that answers sets it") {
  Mended m;
  m.clock.time = kLongAgo;
  m.clock.servers = {{"wrong", kLongAgo + 1}, {"good", kNow}, {"other", kNow + 9}};
  m.mend({"dead", "wrong", "good", "other"}, kNow + 7);
  CHECK(m.clock.time == kNow);
  CHECK(m.clock.asked == std::vector<std::string>{"dead", "wrong", "good"});
  CHECK(m.server_asked == 0);
  CHECK(m.warned.empty());
  CHECK(m.told == std::vector<std::string>{"the clock is wrong: it says 2000-01-01 00:00:00 UTC",
                                           "dead: no answer by NTP", "wrong: it says 2000-01-01 00:00:01 UTC",
                                           "the clock is set by NTP from good: 2030-03-17 17:46:40 UTC"});
}

TEST_CASE("clock: else the server's word is taken, with a warning, unless it is wrong as well") {
  Mended m;
  m.clock.time = kLongAgo;
  m.mend({"dead"}, kNow);
  CHECK(m.clock.time == kNow);
  CHECK(m.warned.size() == 1);

  for (const std::int64_t said : {kLongAgo + 60, std::int64_t{-1}}) {
    Mended wrong;
    wrong.clock.time = kLongAgo;
    wrong.mend({}, said);
    CHECK(wrong.clock.time == kLongAgo);
    CHECK(wrong.warned.empty());
    CHECK_THAT(wrong.told.back(), Catch::StartsWith("the clock stays wrong: "));
  }
}
