#include "base/backoff.h"

#include <catch2/catch.hpp>

using namespace kboot;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;

TEST_CASE("backoff: pauses double up to the longest, a quarter more or less") {
  Backoff backoff(100ms, 300ms);
  for (const auto expected : {100ms, 200ms, 300ms, 300ms}) {
    const auto pause = backoff.next();
    CHECK(pause >= expected * 3 / 4);
    CHECK(pause <= expected * 5 / 4);
  }
  backoff.reset();
  CHECK(backoff.next() <= 125ms);
}
