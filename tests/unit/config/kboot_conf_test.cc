#include "config/kboot_conf.h"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "base/text.h"
#include "tests/unit/base/secrets.h"

namespace kboot {
namespace {

/// Reads one kboot.conf as it lies in the booted system.
struct Conf {
  explicit Conf(std::string_view text)
      : diagnostics(read_kboot_conf(text, "kboot.conf", Source::booted_system, variables)) {}

  std::string value(std::string_view name) const { return variables.value(name).value_or("(unset)"); }

  /// The diagnostics as a person sees them.
  std::vector<std::string> messages() const {
    std::vector<std::string> texts;
    for (const Diagnostic& diagnostic : diagnostics) texts.push_back(diagnostic.str());
    return texts;
  }

  Variables variables;
  Diagnostics diagnostics;
};

/// The value of `a` after `text`, which must be flawless.
std::string a_of(std::string_view text) {
  const Conf conf(text);
  CHECK(conf.messages().empty());
  return conf.value("a");
}

/// The one message that `text` draws.
std::string message_of(std::string_view text) {
  const Conf conf(text);
  REQUIRE(conf.diagnostics.size() == 1);
  return conf.diagnostics.front().str();
}

TEST_CASE("kboot.conf: a variable remembers its file, line and source") {
  const Conf conf("# kernels\n\nb26131=/boot/vmlinuz\n");
  const Variable* variable = conf.variables.find("b26131");
  REQUIRE(variable != nullptr);
  CHECK(*variable == Variable{"/boot/vmlinuz", Source::booted_system, "kboot.conf:3"});
  CHECK(conf.diagnostics.empty());
}

TEST_CASE("kboot.conf: blank lines and comments say nothing") {
  CHECK(Conf("").variables.all().empty());
  const Conf conf("\n \t \n#a=1\n  # if `reboot`; \x01 \"\n");
  CHECK(conf.variables.all().empty());
  CHECK(conf.messages().empty());
  CHECK(a_of("a=1 # b=2") == "1");
  CHECK(a_of("a=1#2") == "1#2");
  CHECK(a_of("a='#'\t#") == "#");
}

TEST_CASE("kboot.conf: a single-quoted value is literal") {
  CHECK(a_of(R"(a='x  $b ${b} `c` "d" \n \\')") == R"(x  $b ${b} `c` "d" \n \\)");
  CHECK(a_of("a=''") == "");
}

TEST_CASE("kboot.conf: a double-quoted value expands $NAME and takes back \\") {
  CHECK(a_of("b=sda2\na=\"$b:/vmlinuz root=/dev/${b}1\"") == "sda2:/vmlinuz root=/dev/sda21");
  CHECK(a_of(R"(a="\"\$b\" \`c\` \\ \n")") == R"("$b" `c` \ \n)");
  CHECK(a_of("a=\"\"") == "");
}

TEST_CASE("kboot.conf: an unquoted value ends at a blank, and \\ quotes one character") {
  CHECK(a_of(R"(a=x\ \ y\"\$\\)") == R"(x  y"$\)");
  CHECK(a_of("b=1\na=$b$b-$b.x/${b}") == "11-1.x/1");
  CHECK(a_of("a=x'y z'\"1 2\"w") == "xy z1 2w");
  CHECK(a_of("a=\\") == "\\");
}

TEST_CASE("kboot.conf: a $ before nothing that can be a name is only that") {
  CHECK(a_of("a=$") == "$");
  CHECK(a_of("a=\"1$ $/ $\"") == "1$ $/ $");
}

TEST_CASE("kboot.conf: a name that is not set expands to nothing, as in a shell") {
  CHECK(a_of("a=x$none${none_either}y") == "xy");
  CHECK(a_of("a=$a.") == ".");
}

TEST_CASE("kboot.conf: several assignments on a line count from left to right") {
  const Conf conf("a=1 b=$a$a\tc=\"$b $a\"");
  CHECK(conf.messages().empty());
  CHECK(conf.value("c") == "11 1");
  CHECK(a_of("a=1 a=2$a") == "21");
}

TEST_CASE("kboot.conf: export may stand before assignments and names") {
  CHECK(a_of("export a=1 b=2") == "1");
  CHECK(a_of("a=1\nexport a") == "1");
  CHECK(a_of("\texport\ta=1 b") == "1");
  CHECK(a_of("export=x\na=$export") == "x");
  CHECK(message_of("a=1 export b=2") == R"(kboot.conf:1: line ignored, not an assignment: "export b=2")");
  CHECK(message_of("export -p") == R"(kboot.conf:1: line ignored, not an assignment: "-p")");
  CHECK(message_of("export export a=1 x-y") == R"(kboot.conf:1: line ignored, not an assignment: "x-y")");
}

TEST_CASE("kboot.conf: a dotted name is a setting's, and ${...} takes it") {
  const Conf conf("net.eth0=dhcp\na=\"${net.eth0} $net.eth0\"");
  CHECK(conf.value("net.eth0") == "dhcp");
  CHECK(conf.value("a") == "dhcp .eth0");
}

TEST_CASE("kboot.conf: a backslash at the end of a line joins the next one") {
  CHECK(a_of("a=x\\\ny") == "xy");
  CHECK(a_of("a=\"x \\\n  y\"") == "x   y");
  CHECK(a_of("a=\"x \\\r\n  y\"\r\n") == "x   y");
  CHECK(a_of("a\\\n=1") == "1");
  CHECK(a_of("a=1 \\\n\\\n\\\nb=2") == "1");
  CHECK(a_of("a=x\\\\\nb=y") == "x\\");
}

TEST_CASE("kboot.conf: a comment and a single-quoted value are not continued") {
  CHECK(a_of("# note \\\na=1") == "1");
  CHECK(a_of("b=1 # note \\\na=2") == "2");
  const Conf conf("b='x\\\na=1");
  CHECK(conf.messages() ==
        std::vector<std::string>{R"(kboot.conf:1: line ignored, a ' is never closed: "b='x\")"});
  CHECK(conf.value("a") == "1");
}

TEST_CASE("kboot.conf: a diagnostic names the line where the logical line starts") {
  CHECK(message_of("\na=1 \\\n\\\nif") == R"(kboot.conf:2: line ignored, not an assignment: "if")");
}

TEST_CASE("kboot.conf: the file's own earlier assignment is what $NAME means, whatever a later source says") {
  Variables variables;
  variables.set("root", {"/dev/sdz9", Source::typed, ""});
  variables.set("args", {"quiet", Source::built_in, ""});
  const Diagnostics diagnostics = read_kboot_conf("root=/dev/sda2\nb=\"/vmlinuz root=$root $args\"",
                                                  "kboot.conf", Source::booted_system, variables);
  CHECK(diagnostics.empty());
  CHECK(variables.value("b") == "/vmlinuz root=/dev/sda2 quiet");
  CHECK(variables.value("root") == "/dev/sdz9");
}

TEST_CASE("kboot.conf: what is no assignment is reported, and the other lines count") {
  const auto [line, message] = GENERATE(table<std::string, std::string>({
      {"if [ -e /x ]; then", R"(not an assignment: "if [ -e /x ]; then")"},
      {"fi", R"(not an assignment: "fi")"},
      {". /etc/functions", R"(not an assignment: ". /etc/functions")"},
      {"b = 1", R"(not an assignment: "b = 1")"},
      {"b+=1", R"(not an assignment: "b+=1")"},
      {"1b=1", R"(not an assignment: "1b=1")"},
      {"=1", R"(not an assignment: "=1")"},
      {"b..c=1", R"(not an assignment: "b..c=1")"},
      {"'b'=1", R"(not an assignment: "'b'=1")"},
      {"c=1 reboot", R"(not an assignment: "reboot")"},
      {"b=$(reboot)", R"-(commands are not run here: "b=$(reboot)")-"},
      {"b=\"$(reboot)\"", R"-(commands are not run here: "b="$(reboot)"")-"},
      {"b=$((1+1))", R"-(commands are not run here: "b=$((1+1))")-"},
      {"b=`reboot`", R"(commands are not run here: "b=`reboot`")"},
      {"b=\"`reboot`\"", R"(commands are not run here: "b="`reboot`"")"},
      {"b=1; c=2", R"(";" must be quoted: "b=1; c=2")"},
      {"b=1 c=2|cat", R"("|" must be quoted: "c=2|cat")"},
      {"b=1&", R"("&" must be quoted: "b=1&")"},
      {"b=<x", R"("<" must be quoted: "b=<x")"},
      {"b=(x y)", R"-("(" must be quoted: "b=(x y)")-"},
      {"b=\"x", R"(a " is never closed: "b="x")"},
      {"b=\"x\\\"", R"(a " is never closed: "b="x\"")"},
      {"b='x", R"(a ' is never closed: "b='x")"},
      {"b=${c:-d}", R"(of ${...} only ${NAME} is known: "b=${c:-d}")"},
      {"b=${c", R"(of ${...} only ${NAME} is known: "b=${c")"},
      {"b=${}", R"(of ${...} only ${NAME} is known: "b=${}")"},
      {"b=$1", R"(there is no $1 here: "b=$1")"},
      {"b=$?", R"(there is no $? here: "b=$?")"},
      {"b=\"x\ty\033[2J\"", R"(control character \x1b: "b="x\x09y\x1b[2J"")"},
      {"b='\x7f'", R"(control character \x7f: "b='\x7f'")"},
      {"b=\\\x01", R"(control character \x01: "b=\\x01")"},
      {"b=x\ry", R"(control character \x0d: "b=x\x0dy")"},
      {std::string("b=x\0y", 5), R"(control character \x00: "b=x\x00y")"},
      {std::string("\0\0", 2), R"(not an assignment: "\x00\x00")"},
  }));
  const Conf conf("a=1\n" + line + "\nd=4\n");
  CHECK(conf.messages() == std::vector<std::string>{"kboot.conf:2: line ignored, " + message});
  CHECK(conf.value("a") == "1");
  CHECK(conf.value("b") == "(unset)");
  CHECK(conf.value("c") == "(unset)");
  CHECK(conf.value("d") == "4");
}

TEST_CASE("kboot.conf: a line that cannot be read and sets restricted restricts") {
  const std::string line = GENERATE(as<std::string>(), "restricted=true;", "if x; then restricted=true; fi",
                                    "restricted=`cat x`", "a restricted=false");
  const Conf conf(line);
  CHECK(conf.value("restricted") == "true");
  REQUIRE(conf.diagnostics.size() == 1);
  CHECK(conf.diagnostics.front().message.find("; restricted is taken as true") != std::string::npos);

  CHECK(Conf("restricted=true;\nrestricted=false").value("restricted") == "false");
  CHECK(Conf("reboot # restricted=true").value("restricted") == "(unset)");
  CHECK(Conf("unrestricted=true;").value("restricted") == "(unset)");
}

TEST_CASE("kboot.conf: a long offending text is shortened") {
  CHECK(message_of(std::string(1000, 'x')).size() < 120);
}

TEST_CASE("kboot.conf: no password in a diagnostic") {
  CHECK(message_of("password='$6$secret") ==
        R"(kboot.conf:1: line ignored, a ' is never closed: "password=...")");
  CHECK(message_of("reboot password=secret").find("secret") == std::string::npos);
}

TEST_CASE("kboot.conf: tabs are kept in quotes, and so are bytes that are no UTF-8") {
  CHECK(a_of("a='x\ty'") == "x\ty");
  CHECK(a_of("a=gr\xfcn") == "gr\xfcn");
  CHECK(a_of("a=grün") == "grün");
}

TEST_CASE("kboot.conf: a byte order mark, CR LF and a missing last newline are all the same") {
  CHECK(a_of("\xef\xbb\xbf"
             "a=1\r\n\r\nb=2\r\n") == "1");
  CHECK(a_of("b=2\r\na=1") == "1");
  CHECK(a_of("a=1\r") == "1");
  CHECK(a_of("a=1\\") == "1\\");
  CHECK(a_of("a=1 \\\n") == "1");
}

TEST_CASE("kboot.conf: a line is looked at up to its limit") {
  const std::string longest = "b=" + std::string(kMaxConfLine - 2, 'x');
  CHECK(Conf(longest).value("b").size() == kMaxConfLine - 2);
  CHECK(message_of(longest + "x") == "kboot.conf:1: line ignored, longer than 16 KiB");

  const Conf conf("a=1\nb=" + std::string(1 << 20, 'x') + "\nc=3\n");
  CHECK(conf.messages() == std::vector<std::string>{"kboot.conf:2: line ignored, longer than 16 KiB"});
  CHECK(conf.value("a") == "1");
  CHECK(conf.value("b") == "(unset)");
  CHECK(conf.value("c") == "3");
}

TEST_CASE("kboot.conf: an over-long line is passed over with its continuations") {
  std::string text = "b=";
  for (int i = 0; i < 1000; ++i) text += std::string(100, 'x') + "\\\n";
  const Conf conf(text + "c=1\na=1\n");
  CHECK(conf.messages() == std::vector<std::string>{"kboot.conf:1: line ignored, longer than 16 KiB"});
  CHECK(conf.variables.all().size() == 1);
  CHECK(conf.variables.find("a")->where == "kboot.conf:1002");
}

TEST_CASE("kboot.conf: values that double each other do not fill the memory") {
  std::string text = "a=0123456789abcdef\n";
  for (int i = 0; i < 40; ++i) text += "a=$a$a\n";
  const Conf doubled(text);
  CHECK(doubled.value("a").size() == kMaxConfLine);
  CHECK(doubled.messages().front() ==
        R"(kboot.conf:12: line ignored, a value of more than 16 KiB: "a=$a$a")");

  text = "a=" + std::string(10000, 'x') + "\n";
  for (int i = 0; i < 1000; ++i) text += "b" + std::to_string(i) + "=$a\n";
  const Conf wide(text);
  CHECK(wide.variables.all().size() == 1 + (1 << 20) / 10000);
  CHECK(wide.messages().front() ==
        R"(kboot.conf:106: line ignored, the file's variables expand to more than 1 MiB: "b104=$a")");
}

TEST_CASE("kboot.conf: a file of garbage draws no more than a screenful of messages") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "garbage\n";
  const Conf conf(text + "a=1\n");
  CHECK(conf.diagnostics.size() == 21);
  CHECK(conf.messages().back() == "kboot.conf: 980 more lines ignored");
  CHECK(conf.value("a") == "1");
}

TEST_CASE("kboot.conf: a value that is quoted for a shell is read as it was") {
  test::Generator any;
  for (int i = 0; i < 3000; ++i) {
    std::string value = any.coin() ? any.bytes(20) : any.text(20, "ab \t'\"\\$`#=;&|<>(){}");
    std::erase_if(value,
                  [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
    INFO(value);
    REQUIRE(a_of("a=" + shell_quoted(value) + " # comment\n") == value);
    REQUIRE(a_of("export a=" + shell_quoted(value) + "\r\n") == value);
  }
}

TEST_CASE("kboot.conf: no diagnostic shows a secret") {
  CHECK(message_of("default=\"http://user:secret@h/k?token=x\n") ==
        "kboot.conf:1: line ignored, a \" is never closed: \"default=\"http://…@h/k?…\"");
  test::Generator any;
  for (int i = 0; i < 2000; ++i) {
    const Conf conf(any.one_of<std::string>({"a='", "a=\"", "proxy=", "", "x=$("}) +
                    any.one_of<std::string>({"", "don't ", "b;"}) + test::word_with_secret(any));
    for (const std::string& message : conf.messages()) {
      INFO(message);
      REQUIRE(message.find(test::kSecretMark) == std::string::npos);
    }
  }
}

}  // namespace
}  // namespace kboot
