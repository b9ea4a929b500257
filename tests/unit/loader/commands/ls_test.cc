#include <ctime>

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

namespace {

void set_time(const TemporaryFolder& folder, const std::string& name, std::time_t seconds) {
  const timespec times[] = {{seconds, 0}, {seconds, 0}};
  REQUIRE(utimensat(AT_FDCWD, folder.path(name).c_str(), times, AT_SYMLINK_NOFOLLOW) == 0);
}

}  // namespace

TEST_CASE_METHOD(Fixture,
                 "ls: directories anywhere in the path language, a name a line where no terminal is") {
  CHECK(session.run_line("ls /") == Status::done);
  CHECK(results.take() == "boot/\netc/\n");
  session.run_line("ls sda6:");
  CHECK(results.take() == "d/\nshort\ntext\nvmlinuz\n");
  session.run_line("cd sda6:/d");
  session.run_line("ls");
  CHECK(results.take() == "x\n");
  session.run_line("ls ..");
  CHECK(results.take() == "d/\nshort\ntext\nvmlinuz\n");
  session.run_line("ls UUID=1111:");
  CHECK(results.take() == "initrd.img\nvmlinuz\n");
}

TEST_CASE_METHOD(Fixture, "ls: a file names itself, several paths get headings") {
  session.run_line("ls /boot/vmlinuz");
  CHECK(results.take() == "/boot/vmlinuz\n");
  session.run_line("ls /boot sda6:/text sda6:/d");
  CHECK(results.take() == "/boot:\ninitrd.img\nvmlinuz\nsda6:/text\n\nsda6:/d:\nx\n");
}

TEST_CASE_METHOD(Fixture, "ls: -l shows sizes, times in UTC, kinds and what links say") {
  const TemporaryFolder& disk = mounter.disk("/dev/sda6");
  disk.link("d/kernel", "/vmlinuz");
  disk.make_folder("d/sub");
  for (const char* name : {"d/x", "d/kernel", "d/sub"}) set_time(disk, name, 1700000000);
  session.run_line("ls -l sda6:/d");
  CHECK(results.take() ==
        "SIZE     MODIFIED          KIND       NAME\n"
        "         2023-11-14 22:13  link       kernel -> /vmlinuz\n"
        "         2023-11-14 22:13  directory  sub/\n"
        "7 bytes  2023-11-14 22:13  file       x\n");
  session.run_line("ls -l sda6:/d/x");
  CHECK_THAT(results.take(), Catch::EndsWith("7 bytes  2023-11-14 22:13  file  sda6:/d/x\n"));
}

TEST_CASE_METHOD(DryRun, "ls: as JSON") {
  const TemporaryFolder& disk = mounter.disk("/dev/sda6");
  disk.link("d/kernel", "/vmlinuz");
  for (const char* name : {"d/x", "d/kernel"}) set_time(disk, name, 1700000000);
  CHECK(json("ls sda6:/d")["output"] == "kernel\nx\n");
  const nlohmann::json files = json("ls -l sda6:/d")["files"];
  REQUIRE(files.size() == 2);
  CHECK(files[0]["target"] == "/vmlinuz");
  CHECK(files[0]["kind"] == "link");
  CHECK(files[1] == nlohmann::json{{"directory", "sda6:/d"},
                                   {"name", "x"},
                                   {"kind", "file"},
                                   {"size", 7},
                                   {"modified", "2023-11-14 22:13"},
                                   {"target", ""}});
}

TEST_CASE_METHOD(Fixture, "ls: quotes keep blanks in a name, names cannot send the terminal commands") {
  mounter.disk("/dev/sda6").write("two words/\x1b[2J");
  CHECK(session.run_line("ls \"sda6:/two words\"") == Status::done);
  CHECK(results.take() == "\\x1b[2J\n");
}

TEST_CASE_METHOD(Fixture, "ls: what cannot be listed is named, and why") {
  CHECK(failure_of("ls /nothing") == "/nothing: no such file or directory\n");
  CHECK(failure_of("ls sda6") == "sda6: no such file or directory; sda6: is what lies on the device\n");
  CHECK(failure_of("ls http://user:secret@server/") == "http://server/: a URL cannot be listed\n");
  mounter.failures["/dev/sda6"] = "unknown filesystem type";
  CHECK(failure_of("ls sda6:/d") == "sda6:/d: mount /dev/sda6: unknown filesystem type\n");
}

TEST_CASE_METHOD(Fixture, "ls: other options and pipes are BusyBox's") {
  for (const char* line : {"ls -la /boot", "ls /boot | wc"}) {
    CHECK(session.run_line(line) == Status::usage);
    CHECK(people.take() ==
          "usage: ls [-l] [PATH]...; !ls is BusyBox's own, with its options and the shell's pipes\n");
  }
  configure({{"restricted", "true"}});
  CHECK(session.run_line("ls") == Status::failed);
}
