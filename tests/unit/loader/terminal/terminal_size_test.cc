#include "loader/terminal/terminal_size.h"

#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/unique_fd.h"

using namespace kboot;

namespace {

/// What is left of `input` when the answer is taken out.
std::string typed(SizeAnswer& answer, std::string_view input) {
  std::string text;
  for (const char byte : input) text += answer.put(byte);
  return text;
}

}  // namespace

TEST_CASE("terminal size: the answer is taken out of what is typed") {
  SizeAnswer answer;
  CHECK(typed(answer, "li\x1b[43;132Rnux") == "linux");
  REQUIRE(answer.size());
  CHECK(answer.size()->rows == 43);
  CHECK(answer.size()->columns == 132);
  CHECK_FALSE(answer.holding());
}

TEST_CASE("terminal size: only the first answer is one") {
  SizeAnswer answer;
  typed(answer, "\x1b[24;80R");
  CHECK(typed(answer, "\x1b[43;132R") == "\x1b[43;132R");
  CHECK(answer.size()->columns == 80);
}

TEST_CASE("terminal size: keys that begin as an answer does are keys") {
  SizeAnswer answer;
  // Up, Home, Delete, Shift-F3, Alt-b, a paste, and an answer of nonsense.
  for (const char* keys : {"\x1b[A", "\x1b[1~", "\x1b[3~", "\x1b[1;2R",
                           "\x1b"
                           "b",
                           "\x1b[200~x\x1b[201~", "\x1b[;R", "\x1b[0;0R", "\x1b[99999;80R", "\x1b[24;80;1R",
                           "\x1b[24R", "\x1b[-24;80R", "\x1b\x1b[A"}) {
    INFO(keys);
    CHECK(typed(answer, keys) == keys);
    CHECK_FALSE(answer.holding());
  }
  CHECK_FALSE(answer.size());
}

TEST_CASE("terminal size: ESC alone is held until it is known to be a key") {
  SizeAnswer answer;
  CHECK(typed(answer, "a\x1b") == "a");
  CHECK(answer.holding());
  CHECK(answer.flush() == "\x1b");
  CHECK_FALSE(answer.holding());
  CHECK(typed(answer, "\x1b[2\x1b[24;80R") == "\x1b[2");
  CHECK(answer.size()->rows == 24);
}

TEST_CASE("terminal size: a new terminal has none until it is set") {
  const UniqueFd master(::posix_openpt(O_RDWR | O_NOCTTY));
  REQUIRE(master);
  CHECK(has_no_size(master.get()));
  set_size(master.get(), {24, 80});
  CHECK_FALSE(has_no_size(master.get()));
  CHECK_FALSE(has_no_size(-1));
}
