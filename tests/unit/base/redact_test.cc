#include "base/redact.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "tests/unit/base/secrets.h"

using namespace kboot;
using namespace kboot::test;

TEST_CASE("redact: the words around a secret stay") {
  CHECK(redact_line("a  http://u:secret@h/k?t=x\tb ") == "a  http://…@h/k?…\tb ");
  CHECK(redact_line("mount -o username=x,password=secret,ro /mnt") == "mount -o username=x,password=… /mnt");
  CHECK(redact_line("booting \"http://u:secret@h/k?t\" in 3 s") == "booting \"http://…@h/k?…\" in 3 s");
  CHECK(redact_line("password='my secret' quiet") == "password=… quiet");
  CHECK(redact_line("\"x.password=my secret\" quiet") == "\"x.password=…\" quiet");
}

TEST_CASE("redact: a secret whose end nobody knows takes the rest of the line along") {
  CHECK(redact_line("a password=\"my secret quiet") == "a password=…");
  CHECK(redact_line("a password=my\\ secret quiet") == "a password=…");
  CHECK(redact_line("it's password='my secret'") == "it's password=…");
}

TEST_CASE("redact: what is no secret stays") {
  for (const char* line :
       {"", " ", "ssh.password=: not a hash", "rd.luks.key=/key", "sda2:/a@b?c", "user@host",
        "http://h/secret=/k", "\"", "it's a=\"b c", "iscsi:10.0.0.1::::iqn.2026-01.x:y:/k"})
    CHECK(redact_line(line) == line);
}

TEST_CASE("redact: no secret is left of any line, and redacting a word again changes nothing") {
  Generator any;
  for (int i = 0; i < 5000; ++i) {
    const std::string line = line_with_secret(any);
    const std::string shown = redact_line(line);
    INFO(line);
    INFO(shown);
    REQUIRE(shown.find(kSecretMark) == std::string::npos);
    REQUIRE(redact_line(shown).find(kSecretMark) == std::string::npos);
    const std::string word = redact_line(word_with_secret(any));
    REQUIRE(redact_line(word) == word);
    REQUIRE(redact_line(printable(line)).find(kSecretMark) == std::string::npos);
  }
}

TEST_CASE("redact: a line without a secret stays as it is") {
  Generator any;
  for (int i = 0; i < 3000; ++i) {
    const std::string line = any.text(40, "abc/:.,=- \t\"'\\#");
    INFO(line);
    REQUIRE((line.find("://") != std::string::npos || redact_line(line) == line));
  }
}
