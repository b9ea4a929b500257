#include "loader/entries/pixiecore.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/fakes/fake_machine_facts.h"
#include "tests/unit/fakes/fake_source_reader.h"

using namespace kboot;        // NOLINT(google-build-using-namespace)
using namespace kboot::test;  // NOLINT(google-build-using-namespace)

namespace {

SourceEntry entry_of(const std::string& answer) {
  const BootSource source = parse_pixiecore(answer, {"http://api", "/v1/boot/52:54:00:00:00:01"});
  REQUIRE(source.entries.size() == 1);
  CHECK(source.default_entry == 0);
  return source.entries[0];
}

std::string error_of(const std::string& answer) {
  try {
    parse_pixiecore(answer, {"http://api", "/x"});
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("pixiecore: URLs, and paths from the top of the server") {
  const SourceEntry entry = entry_of(
      R"({"kernel": "https://files/k?v=1", "initrd": ["/i0", "i1"], "message": "Hello",
          "cmdline": "quiet ks={{ URL \"/ks\" }} b={{URL \"http://o/b\"}}"})");
  CHECK(entry.kernel->str() == "https://files/k?v=1");
  REQUIRE(entry.initrds.size() == 2);
  CHECK(entry.initrds[0].str() == "http://api/i0");
  CHECK(entry.initrds[1].str() == "http://api/i1");
  CHECK(entry.cmdline == "quiet ks=http://api/ks b=http://o/b");
  CHECK(entry.title == "Hello");
  CHECK(entry.name == "k");
}

TEST_CASE("pixiecore: a command line as an object") {
  const SourceEntry entry = entry_of(
      R"({"kernel": "/k", "cmdline": {"a": "1", "b": true, "c": false, "d": {"url": "/u"}, "e": 5, "f": "x y"}})");
  CHECK(entry.cmdline == "a=1 b d=http://api/u e=5 f=\"x y\"");
}

TEST_CASE("pixiecore: an answer that is none") {
  CHECK(error_of("<html>") == "the answer is no JSON object");
  CHECK(error_of("[]") == "the answer is no JSON object");
  CHECK(error_of("{}") == "the answer names no kernel");
  CHECK(error_of(R"({"kernel": 1})") == "a file that is no text");
  CHECK(error_of(R"({"kernel": "/k", "initrd": "/i"})") == "initrd: no list");
  CHECK(error_of(R"({"kernel": "/k", "cmdline": [1]})") == "cmdline: neither a text nor an object");
  CHECK(error_of(R"({"kernel": "/k", "cmdline": "a {{ URL"})") == "cmdline: a \"{{\" is never closed");
  CHECK(error_of(R"({"kernel": "/k", "cmdline": "a {{ ID \"x\" }}"})") ==
        "cmdline: only {{ URL \"…\" }} is known");
  CHECK(error_of(R"({"kernel": "/k", "cmdline": "a\nb"})") == "cmdline: more than one line");
  CHECK(error_of(std::string(100'000, '[')) == "the answer is no JSON object");
}

TEST_CASE("pixiecore: each network card is asked about, the one that is up first") {
  FakeMachineFacts machine;
  machine.all_links = {{.name = "eth0", .mac = "52:54:00:00:00:01"},
                       {.name = "eth1", .mac = "52:54:00:00:00:02", .up = true}};
  FakeSourceReader reader;
  reader.files["http://api/p/v1/boot/52:54:00:00:00:01"] = R"({"kernel": "/k"})";
  CHECK(read_pixiecore({"http://api", "/p"}, machine, reader).entries[0].kernel->str() == "http://api/k");
  reader.files["http://api/p/v1/boot/52:54:00:00:00:02"] = "no";
  CHECK(read_pixiecore({"http://api", "/p"}, machine, reader).entries.size() == 1);
  reader.files.erase("http://api/p/v1/boot/52:54:00:00:00:01");
  CHECK_THROWS_WITH(read_pixiecore({"http://api", "/p"}, machine, reader),
                    "http://api/p: not for this machine (52:54:00:00:00:02: the answer is no JSON object; "
                    "52:54:00:00:00:01: nothing for this card)");
}
