#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

TEST_CASE_METHOD(Fixture, "chroot: runs a line in the booted system, each of its file systems mounted") {
  CHECK(session.run_line("chroot update-grub 'a  b'") == Status::done);
  CHECK(trees.lines == Strings{"update-grub 'a  b'"});
  CHECK(shell.lines.empty());
  CHECK(trees.tree[0] == TreeMount{TreeMount::Kind::bind, mounter.disk("/dev/sda2").path(), "/"});
  CHECK(trees.tree[1] == TreeMount{TreeMount::Kind::bind, mounter.disk("/dev/sda1").path(), "/boot"});
  CHECK(people.take() == "the booted system is read-only here; mount_rw=true makes it writable\n");
  session.run_line("mount_rw=true");
  session.run_line("chroot");
  CHECK(trees.lines.back().empty());
  CHECK(people.take().empty());
}

TEST_CASE_METHOD(Fixture, "chroot: what fstab asks for and is not there is told, the rest counts") {
  mounter.disk("/dev/sda2")
      .write("etc/fstab",
             "/dev/sdz1 /data ext4 nofail 0 2\n/dev/sda6 /cd ext4 ro,noauto 0 0\n"
             "/dev/sda1 /boot ext4 defaults 0 2\n");
  session.run_line("root=/dev/sda2");
  people.take();
  CHECK(session.run_line("chroot true") == Status::done);
  CHECK_THAT(people.take(), Catch::StartsWith("/data: not there: /dev/sdz1: no such device\n"));
  CHECK(mounter.mounted() == Strings{"/dev/sda2", "/dev/sda1"});
}

TEST_CASE_METHOD(Fixture, "chroot: without the booted system's root there is nothing to enter") {
  session.run_line("root=/dev/sdz1");
  people.take();
  CHECK_THAT(failure_of("chroot"), Catch::Contains("root=/dev/sdz1: no such device"));
  CHECK(trees.lines.empty());
}

TEST_CASE_METHOD(Fixture, "chroot: the line's status is the command's, and none runs when restricted") {
  trees.status = 3;
  CHECK(session.run_line("chroot false") == Status::failed);
  trees.lines.clear();
  configure({{"restricted", "true"}});
  CHECK(session.run_line("chroot") == Status::failed);
  CHECK(trees.lines.empty());
}

TEST_CASE_METHOD(DryRun, "chroot: a dry run only tells what it would run") {
  CHECK(json("chroot update-grub")["shell"] == "chroot update-grub");
  CHECK(trees.lines.empty());
}
