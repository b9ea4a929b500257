#include "loader/session/line.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/text.h"
#include "loader/terminal/shown.h"
#include "tests/unit/base/generator.h"

using namespace kboot;
using Strings = std::vector<std::string>;

namespace {

Variables with_labels() {
  Variables variables;
  variables.set("linux", {"sda2:/vmlinuz  ro quiet", Source::built_in, ""});
  variables.set("again", {"linux single", Source::built_in, ""});
  variables.set("quoted", {"/k a='b  c'", Source::built_in, ""});
  variables.set("Upper", {"/k", Source::built_in, ""});
  variables.set("empty", {"", Source::built_in, ""});
  variables.set("timeout", {"5", Source::built_in, ""});
  return variables;
}

Words words_of(std::string_view text) {
  return std::get<Words>(parse_line(text, with_labels()));
}

}  // namespace

TEST_CASE("line, rule 1: nothing but blanks is an empty line") {
  CHECK(parse_line("", {}) == Line(EmptyLine{}));
  CHECK(parse_line(" \t ", {}) == Line(EmptyLine{}));
}

TEST_CASE("line, rule 2: name=value alone on the line is an assignment, its quotes removed") {
  CHECK(parse_line("root=/dev/sda2", {}) == Line(Assignment{"root", "/dev/sda2"}));
  CHECK(parse_line("linux=\"/boot/vmlinuz  quiet\"", {}) ==
        Line(Assignment{"linux", "/boot/vmlinuz  quiet"}));
  CHECK(parse_line("x='a b'c", {}) == Line(Assignment{"x", "a bc"}));
  CHECK(parse_line("initrd=", {}) == Line(Assignment{"initrd", ""}));
  CHECK(parse_line("net.eth0=dhcp", {}) == Line(Assignment{"net.eth0", "dhcp"}));
}

TEST_CASE("line, rule 2: an assignment that is not alone is not one") {
  CHECK(std::get<Words>(parse_line("a=b c", {})).words == Strings{"a=b", "c"});
  CHECK(std::get<Words>(parse_line("/k root=/dev/sda2", {})).words == Strings{"/k", "root=/dev/sda2"});
}

TEST_CASE("line, rule 2: a tag alone on the line is a device") {
  CHECK(std::get<Words>(parse_line("UUID=12-34", {})).words == Strings{"UUID=12-34"});
  CHECK(std::get<Words>(parse_line("LABEL=root", {})).words == Strings{"LABEL=root"});
}

TEST_CASE("line, rule 3: a label's value replaces it once, typed words follow") {
  const Words line = words_of("linux single");
  CHECK(line.words == Strings{"sda2:/vmlinuz", "ro", "quiet", "single"});
  CHECK(line.label == "linux");
  CHECK(line.more_than_label);
  CHECK_FALSE(words_of("linux").more_than_label);
  CHECK(words_of("again").words == Strings{"linux", "single"});
}

TEST_CASE("line, rule 3: no quotes are parsed in a label's value") {
  CHECK(words_of("quoted").words == Strings{"/k", "a='b", "c'"});
}

TEST_CASE("line, rule 3: reserved, empty and upper-case names are no labels") {
  CHECK_FALSE(words_of("timeout").label);
  CHECK_FALSE(words_of("empty").label);
  CHECK_FALSE(words_of("Upper").label);
  CHECK_FALSE(words_of("Linux").label);
}

TEST_CASE("line: quotes keep blanks together and stay in the word") {
  CHECK(words_of("/k dyndbg=\"file a.c +p\" x").words == Strings{"/k", "dyndbg=\"file a.c +p\"", "x"});
  CHECK(words_of("/k it's $HOME * ;").words == Strings{"/k", "it's", "$HOME", "*", ";"});
}

TEST_CASE("line: a NUL and a line that is too long are errors") {
  CHECK_THROWS_AS(parse_line(std::string_view("a\0b", 3), {}), Error);
  CHECK_THROWS_AS(parse_line(std::string(kMaxLine + 1, 'x'), {}), Error);
}

TEST_CASE("line: behind a ! all is the shell's, as it was typed") {
  const Variables variables;
  CHECK(parse_line("!ls  'a  b' initrd=x", variables) == Line(ShellLine{"ls  'a  b' initrd=x"}));
  CHECK(parse_line(" \t! a=1 ", variables) == Line(ShellLine{"a=1"}));
  CHECK(parse_line("!", variables) == Line(ShellLine{""}));
}

TEST_CASE("line: what is shown of one without a secret is the same line when it is typed") {
  test::Generator any;
  for (int i = 0; i < 3000; ++i) {
    const std::string line = any.one_of<std::string>({"", "linux ", "!", "UUID=1:/k ", "x="}) +
                             any.text(30, "abc/.,=- '\"\\#$\xc3\xa4");
    if (printable(line) != line) continue;
    INFO(line);
    REQUIRE(shown_line(line) == line);
  }
}

TEST_CASE("line: the words of one are the same when they are joined and typed again") {
  test::Generator any;
  const Variables variables = with_labels();
  for (int i = 0; i < 3000; ++i) {
    const Line line = parse_line(
        any.one_of<std::string>({"", "linux ", "Upper "}) + any.text(30, "abc/.,=- \t'\"\\#$"), variables);
    const auto* words = std::get_if<Words>(&line);
    if (words == nullptr || words->words.size() < 2 || words->words[0].starts_with('!')) continue;
    INFO(join(words->words));
    const Line again = parse_line(join(words->words), Variables{});
    REQUIRE(std::get<Words>(again).words == words->words);
  }
}

TEST_CASE("line: an assignment of any value sets that value") {
  test::Generator any;
  for (int i = 0; i < 3000; ++i) {
    std::string value = any.text(20, "ab \t'\"\\$`#=;");
    // Within a quote of the other kind it would need a word of its own.
    std::erase(value, '\'');
    INFO(value);
    REQUIRE(parse_line("x=" + shell_quoted(value), {}) == Line(Assignment{"x", value}));
  }
}
