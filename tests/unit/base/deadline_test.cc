#include "base/deadline.h"

#include <climits>

#include <catch2/catch.hpp>

namespace kboot {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

TEST_CASE("a deadline in the past has expired and leaves no time") {
  for (const milliseconds wait : {milliseconds(0), milliseconds(-5000), milliseconds::min()}) {
    const Deadline deadline = Deadline::in(wait);
    CHECK(deadline.expired());
    CHECK(deadline.remaining() == 0ms);
    CHECK(deadline.poll_timeout() == 0);
  }
}

TEST_CASE("a deadline to come leaves the time up to it, rounded up") {
  const Deadline deadline = Deadline::in(60s);
  CHECK_FALSE(deadline.expired());
  CHECK(deadline.remaining() <= 60s);
  CHECK(deadline.remaining() > 50s);
  CHECK(deadline.poll_timeout() > 50000);
}

TEST_CASE("never is never, for poll too") {
  for (const Deadline& deadline : {Deadline::never(), Deadline::in(milliseconds::max())}) {
    CHECK_FALSE(deadline.expired());
    CHECK(deadline.remaining() == milliseconds::max());
    CHECK(deadline.poll_timeout() == -1);
  }
}

TEST_CASE("a deadline farther off than poll can wait is cut to what it can") {
  CHECK(Deadline::in(milliseconds(1LL << 40)).poll_timeout() == INT_MAX);
}

}  // namespace
}  // namespace kboot
