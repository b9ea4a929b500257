#include "loader/session/clearance.h"

#include <array>
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

namespace {

/// A record of a process that is no more.
constexpr const char* kDead = "mounts/2147483647-1";

struct Cleared : Fixture {
  Clearance clearance{ledger, resolver, trees, std::chrono::milliseconds(2000)};

  std::vector<Holding> left() const {
    std::vector<Holding> all;
    for (const Ledger::Holder& holder : ledger.holders())
      all.insert(all.end(), holder.record.holdings.begin(), holder.record.holdings.end());
    return all;
  }
};

}  // namespace

TEST_CASE_METHOD(Cleared, "clearance: what a killed session holds is taken down, the last first") {
  run.write(kDead, "console ttyS0\narray md127\ngroup vg\nluks root\nmount /run/kboot/mnt/root\n");
  clearance.clean_up();
  CHECK(mounter.taken_down == Strings{"/run/kboot/mnt/root"});
  CHECK(volumes.taken_down == Strings{"luks root", "group vg", "array md127"});
  CHECK(left().empty());
  CHECK_FALSE(run.exists(kDead));
}

TEST_CASE_METHOD(Cleared, "clearance: what is in use stays written down, and goes when it is free") {
  run.write(kDead, "console ttyS0\nluks root\nmount /run/kboot/mnt/root\n");
  mounter.busy = {"/run/kboot/mnt/root"};
  volumes.in_use = {"root"};
  clearance.clean_up();
  CHECK(left().size() == 2);
  mounter.busy.clear();
  volumes.in_use.clear();
  clearance.clean_up();
  CHECK(left().empty());
}

TEST_CASE_METHOD(Cleared, "clearance: a living session is left alone when another begins") {
  static_cast<void>(ledger.begin({Holding::Kind::luks, "root"}));
  clearance.clean_up();
  CHECK(volumes.taken_down.empty());
  CHECK(left().size() == 1);
}

TEST_CASE_METHOD(Cleared,
                 "clearance: one console's volume on another's is taken down first, whoever came first") {
  run.write(kDead, "console ttyS0\narray md127\n");
  static_cast<void>(ledger.begin({Holding::Kind::luks, "root"}));
  volumes.in_use = {"md127"};
  volumes.below = {{"root", {"md127"}}};
  clearance.clear();
  CHECK(volumes.taken_down == Strings{"luks root", "array md127"});
  CHECK(left().empty());
}

TEST_CASE_METHOD(Cleared, "clearance: the programs of the booted system and the logins end, too") {
  initiator.nodes["iqn.x:disk"] = "/dev/sdb";
  initiator.attach({"10.0.0.1", 3260, 1, "iqn.x:disk"});
  run.write(kDead, "console ttyS0\niscsi iqn.x:disk\nchroot -\n");
  clearance.clear();
  CHECK(trees.ended == 1);
  CHECK(initiator.open.empty());
  CHECK(left().empty());
}

TEST_CASE_METHOD(Cleared, "clearance: another console that holds something is ended and gives it up") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    // As a session does: it ends what it holds at SIGTERM.
    sigset_t term;
    ::sigemptyset(&term);
    ::sigaddset(&term, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &term, nullptr);
    FileLedger own(run.path("mounts"), "ttyS0");
    static_cast<void>(own.begin({Holding::Kind::luks, "root"}));
    int signal = ::write(ends[1], "x", 1) == 1 ? 0 : 1;
    ::sigwait(&term, &signal);
    own.end({Holding::Kind::luks, "root"});
    ::_exit(0);
  }
  char byte = 0;
  REQUIRE(::read(ends[0], &byte, 1) == 1);
  REQUIRE(left().size() == 1);
  clearance.clear();
  CHECK(volumes.taken_down.empty());
  CHECK(left().empty());
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE_METHOD(Cleared, "clearance: what is in use to the end is left clean, and its key forgotten") {
  run.write(kDead, "console ttyS0\nluks root\nmount /run/kboot/mnt/root\n");
  mounter.busy = {"/run/kboot/mnt/root"};
  volumes.in_use = {"root"};
  clearance.clear();
  clearance.make_clean();
  CHECK(mounter.made_clean == Strings{"/run/kboot/mnt/root"});
  CHECK(volumes.forgotten == Strings{"root"});
}

TEST_CASE_METHOD(Fixture, "clearance: before a kernel starts, everybody's is taken down") {
  run.write(kDead, "console ttyS0\nluks root\nmount /run/kboot/mnt/root\n");
  boot("/boot/vmlinuz");
  CHECK(mounter.taken_down == Strings{"/run/kboot/mnt/root"});
  CHECK(volumes.taken_down == Strings{"luks root"});
}

TEST_CASE_METHOD(Fixture, "clearance: a shell in the booted system is written down while it runs") {
  session.run_line("mount_rw=true");
  session.run_line("chroot true");
  CHECK(trees.lines == Strings{"true"});
  CHECK(ledger.holders().empty());
}

TEST_CASE_METHOD(Cleared,
                 "clearance: the session that this process was started in is not ended, what it holds is") {
  static_cast<void>(ledger.begin({Holding::Kind::luks, "root"}));
  sigset_t term;
  sigset_t before;
  ::sigemptyset(&term);
  ::sigaddset(&term, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &term, &before);
  const pid_t child = ::fork();
  if (child == 0) {
    FileLedger own(run.path("mounts"), "tty1");
    Clearance(own, resolver, trees, std::chrono::milliseconds(0)).clear();
    ::_exit(volumes.taken_down == Strings{"luks root"} ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  CHECK(status == 0);
  sigset_t pending;
  ::sigpending(&pending);
  CHECK(::sigismember(&pending, SIGTERM) == 0);
  const timespec now{};
  ::sigtimedwait(&term, nullptr, &now);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
}
