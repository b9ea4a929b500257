#include "loader/terminal/slow_notice.h"

#include <array>

#include <poll.h>
#include <unistd.h>

#include <catch2/catch.hpp>

using namespace kboot;
using namespace std::chrono_literals;

namespace {

struct Pipe {
  UniqueFd reader;
  UniqueFd writer;
  Pipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    reader.reset(ends[0]);
    writer.reset(ends[1]);
  }
  /// What was written; waits for it, `patience` milliseconds at most.
  std::string take(int patience) const {
    pollfd wait{reader.get(), POLLIN, 0};
    if (::poll(&wait, 1, patience) <= 0) return {};
    std::array<char, 100> text{};
    const ssize_t length = ::read(reader.get(), text.data(), text.size());
    return {text.data(), static_cast<std::size_t>(length < 0 ? 0 : length)};
  }
};

}  // namespace

TEST_CASE("slow notice: what takes long is told once") {
  const Pipe pipe;
  SlowNotice notice(pipe.writer.get(), "waiting", 1ms);
  CHECK(pipe.take(60000) == "waiting");
  CHECK(notice.end());
  CHECK(notice.end());
  CHECK(pipe.take(0).empty());
}

TEST_CASE("slow notice: what is quick is not told") {
  const Pipe pipe;
  SlowNotice notice(pipe.writer.get(), "waiting", std::chrono::hours(1));
  CHECK_FALSE(notice.end());
  CHECK(pipe.take(0).empty());
  // Nor at the end of the scope.
  { const SlowNotice other(pipe.writer.get(), "waiting", std::chrono::hours(1)); }
  CHECK(pipe.take(0).empty());
}
