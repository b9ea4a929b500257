#include "base/text.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/base/generator.h"

namespace kboot {
namespace {

using Words = std::vector<std::string>;

TEST_CASE("lines_of: with and without the last newline, and empty ones") {
  using Lines = std::vector<std::string_view>;
  CHECK(lines_of("").empty());
  CHECK(lines_of("a") == Lines{"a"});
  CHECK(lines_of("a\n\nb\n") == Lines{"a", "", "b"});
  CHECK(lines_of("\n") == Lines{""});
  CHECK(lines_of("a\r\nb") == Lines{"a\r", "b"});
}

TEST_CASE("split_blanks: runs of blanks and tabs separate, quotes mean nothing") {
  CHECK(split_blanks("").empty());
  CHECK(split_blanks(" \t ").empty());
  CHECK(split_blanks("quiet") == Words{"quiet"});
  CHECK(split_blanks("\t/vmlinuz  root=/dev/sda2\t\tquiet ") == Words{"/vmlinuz", "root=/dev/sda2", "quiet"});
  CHECK(split_blanks("a='x y'") == Words{"a='x", "y'"});
}

TEST_CASE("split_words: a quoted stretch keeps its blanks and its quotes") {
  CHECK(split_words("").empty());
  CHECK(split_words("  vmlinuz \t quiet ") == Words{"vmlinuz", "quiet"});
  CHECK(split_words(R"(k dyndbg="file a.c +p" quiet)") == Words{"k", R"(dyndbg="file a.c +p")", "quiet"});
  CHECK(split_words(R"(k "dyndbg=file  a.c")") == Words{"k", R"("dyndbg=file  a.c")"});
  CHECK(split_words("k msg='a  b'c\td") == Words{"k", "msg='a  b'c", "d"});
  CHECK(split_words(R"(x="it's here" y)") == Words{R"(x="it's here")", "y"});
  CHECK(split_words(R"(x='say "a b"' y)") == Words{R"(x='say "a b"')", "y"});
}

TEST_CASE("split_words: a quote that is never closed is an ordinary character") {
  CHECK(split_words("echo don't do it") == Words{"echo", "don't", "do", "it"});
  CHECK(split_words("a \"b c") == Words{"a", "\"b", "c"});
  CHECK(split_words("a' b\" c' d") == Words{"a' b\" c'", "d"});
}

TEST_CASE("split_words: an escaped double quote does not end a double-quoted stretch") {
  CHECK(split_words(R"(x="a \" b" y)") == Words{R"(x="a \" b")", "y"});
  CHECK(split_words(R"(x="a\\" y)") == Words{R"(x="a\\")", "y"});
  CHECK(split_words(R"(x='a\' y)") == Words{R"(x='a\')", "y"});
}

TEST_CASE("split_words: a long line of unclosed quotes takes no quadratic time") {
  std::string line;
  for (int i = 0; i < 500000; ++i) line += "\"\\";
  CHECK(split_words(line) == Words{line});
}

TEST_CASE("trim: blanks and line ends go, at both ends only") {
  CHECK(trim("").empty());
  CHECK(trim(" \t\r\n").empty());
  CHECK(trim("\t a b \r\n") == "a b");
  CHECK(trim("a") == "a");
}

TEST_CASE("unquote: quotes go as in a shell") {
  CHECK(unquote("") == "");
  CHECK(unquote("plain") == "plain");
  CHECK(unquote("'a  b'") == "a  b");
  CHECK(unquote("\"a  b\"") == "a  b");
  CHECK(unquote("a'b'\"c\"d") == "abcd");
  CHECK(unquote("''") == "");
}

TEST_CASE("unquote: a backslash inside double quotes is taken back before what it can escape") {
  CHECK(unquote(R"("\" \\ \$ \`")") == R"(" \ $ `)");
  CHECK(unquote(R"("\n \x")") == R"(\n \x)");
  CHECK(unquote(R"('\" \\')") == R"(\" \\)");
  CHECK(unquote(R"(a\ b\'c)") == "a b'c");
}

TEST_CASE("unquote: what is not closed is literal") {
  CHECK(unquote("it's") == "it's");
  CHECK(unquote("a\"b") == "a\"b");
  CHECK(unquote("a\\") == "a\\");
  CHECK(unquote(R"("a\")") == R"("a")");
}

TEST_CASE("join: words with one blank, or the separator that is given") {
  CHECK(join({}) == "");
  CHECK(join({"a"}) == "a");
  CHECK(join({"a", "", "b"}) == "a  b");
  CHECK(join({"a", "b"}, ", ") == "a, b");
}

TEST_CASE("printable: text stays, in ASCII and in UTF-8") {
  CHECK(printable("") == "");
  CHECK(printable("/boot/vmlinuz-6.1 \\x1b ~") == "/boot/vmlinuz-6.1 \\x1b ~");
  CHECK(printable("grün €uro 𝄞 日本") == "grün €uro 𝄞 日本");
  CHECK(printable("\u00a0") == "\u00a0");
}

TEST_CASE("printable: no control character reaches the terminal") {
  CHECK(printable("a\033[2Jb\r\n\tc") == "a\\x1b[2Jb\\x0d\\x0a\\x09c");
  CHECK(printable(std::string_view("a\0b", 3)) == "a\\x00b");
  CHECK(printable("\x7f") == "\\x7f");
  // CSI as one byte, and in UTF-8.
  CHECK(printable("\x9b"
                  "2J") == "\\x9b2J");
  CHECK(printable("\u009b2J\u0080\u009f") == "\\xc2\\x9b2J\\xc2\\x80\\xc2\\x9f");
}

TEST_CASE("printable: nothing breaks a line or turns its direction") {
  CHECK(printable("a\u2028b\u2029\u202ec\u2066\u2069") ==
        R"(a\xe2\x80\xa8b\xe2\x80\xa9\xe2\x80\xaec\xe2\x81\xa6\xe2\x81\xa9)");
  CHECK(printable("\u2027\u202f\u2065\u206a") == "\u2027\u202f\u2065\u206a");
}

/// What stands in `text` that no terminal may get, by another way than printable()'s: the code points.
std::string unprintable_of(const std::string& text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) {
      return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
    };
    const unsigned lead = byte(i);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (length == 0 || lead > 0xf4) return "a byte that begins nothing";
    unsigned point = length == 1 ? lead : lead & (0x7fU >> length);
    for (std::size_t part = 1; part < length; ++part) {
      if ((byte(i + part) & 0xc0U) != 0x80) return "a character that is cut off";
      point = point << 6U | (byte(i + part) & 0x3fU);
    }
    constexpr std::array<unsigned, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
    if (point < kLeast.at(length) || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
      return "no code point";
    if (point < 0x20 || (point >= 0x7f && point < 0xa0)) return "a control character";
    if ((point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069)) return "a separator";
    i += length;
  }
  return "";
}

TEST_CASE("printable: of any bytes it makes UTF-8 without control characters, once and for all") {
  test::Generator any;
  for (int i = 0; i < 5000; ++i) {
    const std::string bytes = any.bytes(40);
    const std::string text = printable(bytes);
    INFO(text);
    REQUIRE(unprintable_of(text).empty());
    REQUIRE(printable(text) == text);
    REQUIRE(unprintable_of(printable_head(bytes, any.below(20))).empty());
    REQUIRE(unprintable_of(last_line(bytes)).empty());
    const std::string lines = printable_text(bytes);
    for (const std::string_view line : lines_of(lines)) {
      std::string rest(line);
      std::erase(rest, '\t');
      REQUIRE(unprintable_of(rest).empty());
    }
  }
}

TEST_CASE("quotes: what is quoted for a shell is one word, and itself without its quotes") {
  test::Generator any;
  for (int i = 0; i < 3000; ++i) {
    const std::string word = any.coin() ? any.bytes(12) : any.text(12, "ab '\"\\$`#=");
    const std::string quoted = shell_quoted(word);
    INFO(quoted);
    REQUIRE(unquote(quoted) == word);
    REQUIRE((quoted.find("\\'") != std::string::npos || split_words(quoted) == Words{quoted}));
  }
}

TEST_CASE("printable: malformed UTF-8 is shown byte by byte") {
  const auto [bytes, shown] = GENERATE(table<std::string, std::string>({
      {"\xc3", "\\xc3"},                                      // cut off
      {"\xe2\x82", "\\xe2\\x82"},                             //
      {"\xf0\x9d\x84z", "\\xf0\\x9d\\x84z"},                  //
      {"\xbfz", "\\xbfz"},                                    // no lead byte
      {"\xc0\x9b", "\\xc0\\x9b"},                             // overlong ESC
      {"\xc1\xbf", "\\xc1\\xbf"},                             //
      {"\xe0\x80\x9b", "\\xe0\\x80\\x9b"},                    //
      {"\xf0\x80\x80\x9b", "\\xf0\\x80\\x80\\x9b"},           //
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},                    // a surrogate
      {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},           // beyond U+10FFFF
      {"\xf8\x88\x80\x80\x80", "\\xf8\\x88\\x80\\x80\\x80"},  //
      {"\xff\xfe", "\\xff\\xfe"},
      {"\xe2\x1b\x5b", "\\xe2\\x1b["},  // a lead byte does not swallow an escape
      {"\xc3\xc3\xa9", "\\xc3é"},
  }));
  CHECK(printable(bytes) == shown);
}

TEST_CASE("printable_head: cuts between characters and says so") {
  CHECK(printable_head("abcdef", 6) == "abcdef");
  CHECK(printable_head("abcdefg", 6) == "abc...");
  CHECK(printable_head("äöüß", 8) == "äöüß");
  CHECK(printable_head("äöüßx", 8) == "äö...");
  CHECK(printable_head("a\n\n\n", 8) == "a\\x0a...");
  CHECK(printable_head("abc", 2) == "..");
  CHECK(printable_head("abc", 0) == "");
  CHECK(printable_head("", 0) == "");
}

TEST_CASE("edit_distance: single-character edits") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("timeout", "timeout") == 0);
  CHECK(edit_distance("timout", "timeout") == 1);
  CHECK(edit_distance("timeoutt", "timeout") == 1);
  CHECK(edit_distance("tineout", "timeout") == 1);
  CHECK(edit_distance("tiemout", "timeout") == 2);
  CHECK(edit_distance("", "wait") == 4);
  CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("human_size: the largest unit that fits, at most one decimal") {
  CHECK(human_size(0) == "0 bytes");
  CHECK(human_size(1) == "1 byte");
  CHECK(human_size(512) == "512 bytes");
  CHECK(human_size(1023) == "1023 bytes");
  CHECK(human_size(1024) == "1 KiB");
  CHECK(human_size(1536) == "1.5 KiB");
  CHECK(human_size(1024 * 1024 - 1) == "1 MiB");
  CHECK(human_size(3ULL << 20) == "3 MiB");
  CHECK(human_size(1610612736) == "1.5 GiB");
  CHECK(human_size(~0ULL) == "16 EiB");
}

TEST_CASE("a text for a terminal keeps its lines and tabs, and nothing else that is a control character") {
  CHECK(printable_text("a\tb\r\nc\rd\x1b[2J\n\xc3\xa4\xff") == "a\tb\nc\\x0dd\\x1b[2J\n\xc3\xa4\\xff");
}

TEST_CASE("last_line: what a program said at last") {
  CHECK(last_line("first\nsecond \n\n") == "second");
  CHECK(last_line("only") == "only");
  CHECK(last_line(" \n").empty());
  CHECK(last_line("bad \033[31m") == R"(bad \x1b[31m)");
}

TEST_CASE("utc_text: a time in words") {
  CHECK(utc_text(0) == "1970-01-01 00:00");
  CHECK(utc_text(1'764'066'600, "%H:%M:%S") == "10:30:00");
  CHECK(utc_text(INT64_MAX) == "?");
}

}  // namespace
}  // namespace kboot
