#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

TEST_CASE_METHOD(Fixture, "mounts: what kboot mounted, where the path language and this system have it") {
  mounter.add({.node = "server:/export"}).write("k");
  mounter.others.push_back({"/dev/sdz1", "ext4", "/", Access::read_write, "/mnt", false});
  session.run_line("ls /boot");
  session.run_line("ls sda6:");
  session.run_line("ls server:/export/");
  static_cast<void>(ledger.begin({Holding::Kind::mount, mounter.disk("/dev/sda1").path()}));
  results.take();
  CHECK(session.run_line("mounts") == Status::done);
  const std::string text = results.take();
  INFO(people.take());
  CHECK_THAT(text, Catch::StartsWith("SOURCE          TYPE  ACCESS  WHERE           CONSOLE  DIRECTORY\n"));
  CHECK_THAT(text, Catch::Contains("/dev/sda1       ext4  ro      /boot           tty1     /"));
  CHECK_THAT(text, Catch::Contains("/dev/sda6       ext4  ro      sda6:/          "));
  CHECK_THAT(text, Catch::Contains("server:/export  nfs   ro      server:/export  "));
  CHECK_THAT(text, !Catch::Contains("sdz1"));
}

TEST_CASE_METHOD(DryRun, "mounts: as JSON") {
  mounter.release();
  CHECK(json("mounts")["mounts"].empty());
  json("ls sda6:");
  CHECK(json("mounts")["mounts"] == nlohmann::json{{{"source", "/dev/sda6"},
                                                    {"type", "ext4"},
                                                    {"access", "ro"},
                                                    {"where", "sda6:/"},
                                                    {"console", ""},
                                                    {"directory", mounter.disk("/dev/sda6").path()}}});
}

TEST_CASE_METHOD(Fixture, "mounts: says so when nothing is mounted") {
  mounter.release();
  CHECK(session.run_line("mounts") == Status::done);
  CHECK(results.take().empty());
  CHECK(people.take() == "nothing is mounted yet: the first path into a file system mounts it\n");
  CHECK(session.run_line("mounts x") == Status::usage);
}

TEST_CASE_METHOD(Fixture, "mounts: who holds what, on other consoles and of processes that are no more") {
  mounter.release();
  run.write("mounts/1234567-1", "console ttyS0\nluks luks-1234\ngroup vg\n");
  session.run_line("mounts");
  const std::string text = results.take();
  CHECK_THAT(text, Catch::Contains("luks-1234  luks   "));
  CHECK_THAT(text, Catch::Contains("vg         group  "));
  CHECK_THAT(text, Catch::Contains("ttyS0, which has ended"));
}
