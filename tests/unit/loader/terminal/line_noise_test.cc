#include "loader/terminal/line_noise.h"

#include <string_view>

#include <catch2/catch.hpp>

using namespace kboot;

namespace {

struct Line {
  LineNoise noise;
  LineNoise::Clock::time_point now;

  /// How many of the bytes are taken for text.
  std::size_t texts(std::string_view bytes) {
    std::size_t count = 0;
    for (const char byte : bytes) count += noise.put(static_cast<unsigned char>(byte), now) ? 1 : 0;
    return count;
  }
};

}  // namespace

TEST_CASE_METHOD(Line,
                 "line noise: what a keyboard sends is none, in any language and with any control key") {
  for (const std::string_view text : {"boot linux\r", "\x01\x03\x04\x1b[A\x7f\t", "äöü€漢😀", "\x1bOP"}) {
    CHECK(texts(text) == text.size());
    CHECK_FALSE(noise.lasts(now));
    CHECK_FALSE(noise.ended(now));
  }
}

TEST_CASE_METHOD(Line, "line noise: bytes that are no UTF-8, and all that follows them at once, are") {
  using namespace std::string_view_literals;
  CHECK(texts("po\xffwer\r"sv) == 2);
  CHECK(noise.lasts(now));
  now += LineNoise::kSilence / 2;
  CHECK(texts("\r") == 0);
  now += LineNoise::kSilence - std::chrono::milliseconds(1);
  CHECK_FALSE(noise.ended(now));
  now += std::chrono::milliseconds(1);
  CHECK_FALSE(noise.lasts(now));
  CHECK(noise.ended(now) == 6);
  CHECK_FALSE(noise.ended(now));
  CHECK(texts("\r") == 1);
}

TEST_CASE("line noise: each way not to be UTF-8 is known") {
  using namespace std::string_view_literals;
  for (const std::string_view bytes :
       {"\0"sv, "\x80"sv, "\xc0\x80"sv, "\xc3("sv, "\xe2\x82\r"sv, "\xf5"sv, "\xff"sv}) {
    Line line;
    CHECK(line.texts(bytes) < bytes.size());
  }
}

TEST_CASE("lone enter: one that stands alone counts, those of a key that is held down do not") {
  LoneEnter enter;
  LoneEnter::Clock::time_point now;
  CHECK(enter.counts(false, now));
  CHECK(enter.counts(false, now));
  CHECK_FALSE(enter.counts(true, now));
  now += LoneEnter::kApart;
  CHECK_FALSE(enter.counts(true, now));
  now += LoneEnter::kApart;
  CHECK_FALSE(enter.counts(false, now));  // the last of the row
  now += 2 * LoneEnter::kApart;
  CHECK(enter.counts(false, now));
}
