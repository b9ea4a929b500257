#include "loader/app/input_lines.h"

#include <array>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/interrupt.h"
#include "base/process.h"
#include "base/unique_fd.h"

using namespace kboot;

namespace {

/// A stream with that in it, whose writer has gone.
UniqueFd stream(const std::string& text) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const UniqueFd writer(ends[1]);
  REQUIRE(::write(writer.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  return UniqueFd(ends[0]);
}

}  // namespace

TEST_CASE("input: lines, the last one without its newline") {
  const UniqueFd fd = stream("one\n\ntwo");
  InputLines lines(fd.get(), 10);
  CHECK(lines.next().value().text == "one");
  CHECK(lines.next().value().text.empty());
  CHECK(lines.next().value().text == "two");
  CHECK_FALSE(lines.next());
}

TEST_CASE("input: nothing is read behind a line") {
  const UniqueFd fd = stream("unlock\npassword\n");
  InputLines lines(fd.get(), 10);
  CHECK(lines.next().value().text == "unlock");
  std::array<char, 20> rest{};
  CHECK(::read(fd.get(), rest.data(), rest.size()) == 9);
  CHECK(std::string(rest.data()) == "password\n");
}

TEST_CASE("input: a line that is too long is told once, and those behind it count") {
  const UniqueFd fd = stream("0123456789\n0123456789ab\nnext\n");
  InputLines lines(fd.get(), 10);
  CHECK_FALSE(lines.next().value().too_long);
  const auto cut = lines.next();
  REQUIRE(cut);
  CHECK(cut->too_long);
  CHECK(cut->text == "0123456789");
  const auto next = lines.next();
  REQUIRE(next);
  CHECK(next->text == "next");
  CHECK_FALSE(next->too_long);
}

TEST_CASE("input: a stream without a newline is told of at once, and ends with the session") {
  const UniqueFd fd(::open("/dev/zero", O_RDONLY | O_CLOEXEC));
  InputLines lines(fd.get(), 16384);
  const auto line = lines.next();
  REQUIRE(line);
  CHECK(line->too_long);
  CHECK(line->text.size() == 16384);
  const pid_t child = fork_child("fork");
  if (child == 0) {
    Interrupt::end_session();
    ::_exit(lines.next() ? 1 : 0);
  }
  CHECK(wait_for(child) == 0);
}
