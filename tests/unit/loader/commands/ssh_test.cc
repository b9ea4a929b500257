#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

TEST_CASE_METHOD(Fixture, "ssh: what stands behind the host is for the host") {
  session.run_line("ssh root@server cat /etc/motd 'a  b'");
  CHECK(shell.lines == Strings{"ssh root@server cat /etc/motd 'a  b'"});
  CHECK(session.run_line("ssh") == Status::usage);
}

TEST_CASE_METHOD(Fixture, "scp: paths are of the path language, and host:/path is on the host") {
  const std::string root = mounter.disk("/dev/sda2").path();
  const std::string other = mounter.disk("/dev/sda6").path();
  session.run_line("scp -P 2222 /etc/motd sda6:/d/x root@server:/srv/");
  CHECK(shell.lines.back() == "scp -P 2222 " + root + "/etc/motd " + other + "/d/x root@server:/srv/");
  session.run_line("scp server:/etc/motd server: sda6:/d");
  CHECK(shell.lines.back() == "scp server:/etc/motd server: " + other + "/d");
  session.run_line("cd sda6:/d");
  session.run_line("scp server:notes x root@server:");
  CHECK(shell.lines.back() == "scp server:notes " + other + "/d/x root@server:");
  session.run_line("scp root@[2001:db8::1]:/k sda6:/d/new");
  CHECK(shell.lines.back() == "scp root@[2001:db8::1]:/k " + other + "/d/new");
}

TEST_CASE_METHOD(Fixture, "scp: what cannot be copied is named") {
  CHECK(failure_of("scp sda6:/none/x server:/d") == "sda6:/none/x: no such file or directory\n");
  CHECK(failure_of("scp http://server/vmlinuz server:/d") == "http://server/vmlinuz: fetch it first\n");
  CHECK(session.run_line("scp /etc/motd") == Status::usage);
  CHECK(shell.lines.empty());
}

TEST_CASE_METHOD(Fixture, "scp: for a client's copy, paths are those of kboot's own root") {
  session.run_line("scp -d -t /etc/motd");
  session.run_line("scp -f /etc/motd");
  CHECK(shell.lines == Strings{"scp -d -t /etc/motd", "scp -f /etc/motd"});
}

TEST_CASE_METHOD(Fixture, "reboot, poweroff: ssh clients are told before init is") {
  session.run_line("reboot");
  CHECK(events == Events{"connections end"});
  CHECK(shell.lines == Strings{"reboot"});
}
