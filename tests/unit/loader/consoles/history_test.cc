#include "loader/consoles/history.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "base/file.h"
#include "tests/unit/fakes/fake_machine.h"
#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;
using namespace kboot::test;

namespace {

struct Shared {
  TemporaryFolder folder;
  std::string file = folder.path("history");

  std::string contents() const { return read_file_if_there(file, 1U << 22).value_or(""); }
};

}  // namespace

TEST_CASE_METHOD(Shared,
                 "history: each console sees the lines of the others, a new one those that are there") {
  History one(file);
  History two(file);
  one.add("linux");
  two.add("cd /boot");
  CHECK(one.lines() == Strings{"linux", "cd /boot"});
  one.add("ls");
  CHECK(two.lines() == Strings{"linux", "cd /boot", "ls"});
  CHECK(History(file).lines() == Strings{"linux", "cd /boot", "ls"});
  CHECK(contents() == "1 linux\n2 cd /boot\n3 ls\n");
  struct stat status {};
  REQUIRE(stat(file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE_METHOD(
    Shared, "history: a line that repeats the last one, an empty one and one behind a blank do not count") {
  History one(file);
  History two(file);
  for (const char* line : {"a", "a", "", "  ", "\t", " hidden", "\thidden"}) one.add(line);
  two.add("a");
  two.add("b");
  two.add("a");
  CHECK(one.lines() == Strings{"a", "b", "a"});
  CHECK(two.lines() == one.lines());
  CHECK(contents() == "1 a\n2 b\n3 a\n");
}

TEST_CASE_METHOD(Shared, "history: a URL's credentials and query stay in the process") {
  History one(file);
  one.add("http://user:secret@server/k");
  one.add("http://server/k initrd=http://server/i?token=secret");
  one.add("http://server/k");
  CHECK(one.lines().size() == 3);
  CHECK(contents() == "1 http://server/k\n");
  CHECK(History(file).lines() == Strings{"http://server/k"});
}

TEST_CASE_METHOD(Shared, "history: a line with a password is kept nowhere") {
  History one(file);
  for (const char* line : {"password=$6$x", "set password=x", "export password='x'"}) one.add(line);
  CHECK(one.lines().empty());
  CHECK(contents().empty());
}

TEST_CASE_METHOD(Shared, "history: what is not plain text stays in the process") {
  History one(file);
  one.add(std::string("nul\0byte", 8));
  one.add("two\nlines");
  one.add("latin1 \xfc");
  one.add("long " + std::string(5000, 'x'));
  one.add("grün");
  CHECK(one.lines().size() == 5);
  CHECK(contents() == "1 grün\n");
}

TEST_CASE_METHOD(Shared, "history: garbage in the file is passed over") {
  folder.write("history",
               std::string("1 a\n\0\0\0\nno number\n99999999999999999999 x\n2 b\x1b[2J\n-3 c\n4 \n\n ", 60) +
                   "\n5 " + std::string(100000, 'x') + "\n6 d\n7 half");
  History one(file);
  CHECK(one.lines() == Strings{"a", "d"});
  one.add("e");
  CHECK(History(file).lines() == Strings{"a", "d", "e"});
}

TEST_CASE_METHOD(Shared, "history: without a file it is the process's own") {
  History nowhere("");
  History missing(folder.path("gone/history"));
  for (History* history : {&nowhere, &missing}) {
    history->add("a");
    CHECK(history->lines() == Strings{"a"});
  }
  folder.make_folder("history");
  History blocked(file);
  blocked.add("a");
  CHECK(blocked.lines() == Strings{"a"});
}

TEST_CASE_METHOD(Shared, "history: it stays bounded, and the other consoles go on where they were") {
  const auto line = [](int number) { return std::to_string(number) + std::string(2000, 'x'); };
  const auto write = [&](int last) {
    std::string text;
    for (int number = 1; number <= last; ++number) text += std::to_string(number) + " " + line(number) + "\n";
    folder.write("history", text);
  };
  write(300);
  History two(file);
  CHECK(two.lines().size() == 300);
  write(1100);
  History one(file);
  one.add("new");
  CHECK(contents().size() < 1100000);
  CHECK(one.lines().size() == History::kMaxLines);
  CHECK(one.lines().front() == line(602));
  CHECK(one.lines().back() == "new");
  CHECK(two.lines() == one.lines());
  one.add("last");
  CHECK(two.lines() == one.lines());
  CHECK(History(file).lines() == one.lines());
}

TEST_CASE_METHOD(Fixture, "history: the command lists the last lines, without secrets") {
  for (const char* line : {"a", "b", "http://u:secret@server/k"}) history.add(line);
  CHECK(session.run_line("history") == Status::done);
  CHECK(results.take() == "    1  a\n    2  b\n    3  http://…@server/k\n");
  session.run_line("history 2");
  CHECK(results.take() == "    2  b\n    3  http://…@server/k\n");
  session.run_line("history 0");
  CHECK(results.take().empty());
  for (const char* line : {"history x", "history -1", "history 1 2", "history 99999999999999999999"})
    CHECK(session.run_line(line) == Status::usage);
}
