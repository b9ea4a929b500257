#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

TEST_CASE_METHOD(Fixture, "cat: files anywhere in the path language, one after the other") {
  fetcher.files["http://server/notes"] = "from the server\n";
  CHECK(session.run_line("cat /etc/motd sda6:/text http://server/notes") == Status::done);
  CHECK(results.take() == "hello\nhello\nfrom the server\n");
}

TEST_CASE_METHOD(Fixture, "cat: text cannot send the terminal commands, and ends with a whole line") {
  mounter.disk("/dev/sda6").write("odd", "a\tb\r\n\x1b[2J\xff end");
  session.run_line("cat sda6:/odd");
  CHECK(results.take() == "a\tb\n\\x1b[2J\\xff end\n");
}

TEST_CASE_METHOD(Fixture, "cat: what is no text is not shown") {
  CHECK(failure_of("cat sda6:/vmlinuz") == "sda6:/vmlinuz: not text; !cat " +
                                               mounter.disk("/dev/sda6").path("vmlinuz") +
                                               " shows it as it is\n");
  CHECK(failure_of("cat http://server/vmlinuz") == "http://server/vmlinuz: not text\n");
  CHECK(fetcher.fetched.empty());
  CHECK(failure_of("cat sda6:/d") == "sda6:/d: a directory; ls lists it\n");
  mounter.disk("/dev/sda6").write("long", std::string((4U << 20U) + 1, 'x'));
  CHECK(failure_of("cat sda6:/long") == "sda6:/long: 4 MiB long, at most 4 MiB are shown\n");
  CHECK(results.take().empty());
}

TEST_CASE_METHOD(Fixture, "cat: errors name the file; what came before it was shown") {
  CHECK(failure_of("cat /etc/motd /etc/nothing") == "/etc/nothing: no such file or directory\n");
  CHECK(results.take() == "hello\n");
  CHECK(failure_of("cat http://user:secret@server/nothing") == "http://server/nothing: 404 Not Found\n");
  CHECK(session.run_line("cat") == Status::usage);
  CHECK(session.run_line("cat -n /etc/motd") == Status::usage);
}

TEST_CASE_METHOD(DryRun, "cat: as JSON the text is what it is; a dry run fetches no URL whole") {
  mounter.disk("/dev/sda6").write("odd", "a\r\n\x1b");
  CHECK(json("cat sda6:/odd sda6:/text")["output"] == "a\r\n\x1bhello\n");
  fetcher.files["http://server/notes"] = std::string(5000, 'x');
  session.run_line("cat http://server/notes");
  CHECK(nlohmann::json::parse(results.take())["output"] == std::string(4096, 'x'));
  CHECK(fetcher.fetched.empty());
  CHECK(people.take() == "http://server/notes: only the beginning: -n fetches nothing whole\n");
}
