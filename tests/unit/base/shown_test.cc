#include "base/shown.h"

#include <functional>
#include <type_traits>

#include <catch2/catch.hpp>

#include "base/redact.h"
#include "base/text.h"

namespace kboot {
namespace {

static_assert(!std::is_constructible_v<Shown, std::string>);
static_assert(!std::is_constructible_v<Shown, std::string_view>);
static_assert(!std::is_convertible_v<Shown, std::string> && !std::is_convertible_v<Shown, std::string_view>);

/// A place where texts are shown.
std::string seen(const Shown& text) {
  return std::string(text.str());
}

}  // namespace

TEST_CASE("shown: a literal is shown as it is") {
  CHECK(seen("nothing is mounted yet") == "nothing is mounted yet");
  CHECK(seen("") == "");
}

TEST_CASE("shown: a text loses its secrets and what a terminal would obey") {
  CHECK(seen(Shown::text("boot http://user:secret@host/k?token=x")) == "boot http://…@host/k?…");
  CHECK(seen(Shown::text("password=abc")) == "password=…");
  CHECK(seen(Shown::text("a\033[2J\xc2\x9b"
                         "b\n")) ==
        "a\\x1b[2J\\xc2\\x9b"
        "b\\x0a");
  CHECK(seen(Shown::lines("one\ntoken=x\n\x1b\n")) == "one\ntoken=…\n\\x1b");
}

TEST_CASE("shown: each value that is put into a text is shown, and none twice over") {
  const std::string url = "http://u:p@h/x?y";
  const Shown once = show("{}: {} of {}, {:.1f} {}", url, 3, 5U, 0.25, "\x1b");
  CHECK(seen(once) == "http://…@h/x?…: 3 of 5, 0.2 \\x1b");
  CHECK(seen(show("{}; {}", once, 'c')) == "http://…@h/x?…: 3 of 5, 0.2 \\x1b; c");
  CHECK(seen(show("{}", '\x1b')) == "\\x1b");
  CHECK(seen(show("{:>6}|", std::string_view("ab"))) == "    ab|");
  // What was shown and came back as a text stays as it is.
  for (const char* text : {"http://u:p@h/x?y", "password='a b' c", "iscsi:u:s@h:x", "\xff", "a=\"token=x"}) {
    const std::string shown = seen(Shown::text(text));
    CHECK(seen(Shown::text(shown)) == shown);
  }
}

TEST_CASE("shown: copied, moved and assigned, it stays what it was") {
  Shown one = show("{}", "made");
  Shown two = one;
  CHECK(seen(two) == "made");
  Shown three = std::move(two);
  CHECK(seen(three) == "made");
  CHECK(seen(two) == "");  // NOLINT(bugprone-use-after-move)
  three = "literal";
  CHECK(seen(three) == "literal");
  one = three;
  CHECK(seen(one) == "literal");
  const std::function<std::string(const Shown&)> place = seen;
  CHECK(place("literal") == "literal");
}

}  // namespace kboot
