#include "pathfs/file_ledger.h"

#include <array>
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;
using namespace kboot::test;

namespace {

const Holding kMount{Holding::Kind::mount, "/run/kboot/mnt/sda2"};
const Holding kLuks{Holding::Kind::luks, "root"};

/// A process that holds something and goes no further.
class OtherProcess {
 public:
  OtherProcess(const std::string& folder, const Holding& holding) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    child_ = ::fork();
    if (child_ == 0) {
      FileLedger ledger(folder, "ttyS0");
      static_cast<void>(ledger.begin(holding));
      static_cast<void>(::write(ends[1], "x", 1) == 1);
      for (;;) ::pause();
    }
    char byte = 0;
    REQUIRE(::read(ends[0], &byte, 1) == 1);
    ::close(ends[0]);
    ::close(ends[1]);
  }
  ~OtherProcess() { kill(); }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;

  void kill() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    child_ = 0;
  }
  pid_t pid() const { return child_; }

 private:
  pid_t child_ = 0;
};

}  // namespace

TEST_CASE("ledger: what is begun is written down, what has ended is not") {
  const TemporaryFolder folder;
  FileLedger ledger(folder.path("mounts"), "tty1");
  CHECK(ledger.holders().empty());
  static_cast<void>(ledger.begin(kMount));
  static_cast<void>(ledger.begin(kMount));
  static_cast<void>(ledger.begin(kLuks));
  const auto holders = ledger.holders();
  REQUIRE(holders.size() == 1);
  CHECK(holders[0].process == ::getpid());
  CHECK(holders[0].lives);
  CHECK(holders[0].is_self);
  CHECK(holders[0].record == HoldingRecord{"tty1", {kMount, kLuks}});
  ledger.end(kMount);
  CHECK(ledger.holders().at(0).record.holdings == std::vector<Holding>{kLuks});
  ledger.end(kLuks);
  CHECK(ledger.holders().empty());
}

TEST_CASE("ledger: another process is seen, and that it has been killed") {
  const TemporaryFolder folder;
  FileLedger ledger(folder.path("mounts"), "tty1");
  OtherProcess other(folder.path("mounts"), kMount);
  auto holders = ledger.holders();
  REQUIRE(holders.size() == 1);
  CHECK(holders[0].process == other.pid());
  CHECK(holders[0].record == HoldingRecord{"ttyS0", {kMount}});
  CHECK(holders[0].lives);
  CHECK_FALSE(holders[0].is_self);
  other.kill();
  holders = ledger.holders();
  REQUIRE(holders.size() == 1);
  CHECK_FALSE(holders[0].lives);
  ledger.strike(holders[0], kMount);
  CHECK(ledger.holders().empty());
}

TEST_CASE("ledger: a process that was given a dead one's number is another") {
  const TemporaryFolder folder;
  folder.write("mounts/" + std::to_string(::getpid()) + "-1", "console tty1\nluks root\n");
  const FileLedger ledger(folder.path("mounts"), "tty1");
  REQUIRE(ledger.holders().size() == 1);
  CHECK_FALSE(ledger.holders()[0].lives);
  CHECK_FALSE(ledger.holders()[0].is_self);
}

TEST_CASE("ledger: other files in the folder are nobody's record") {
  const TemporaryFolder folder;
  for (const char* name : {"mounts/lock", "mounts/1-2", "mounts/0-2", "mounts/-1", "mounts/12", "mounts/12-",
                           "mounts/12-3.456", "mounts/99999999999-3", "mounts/x-y"})
    folder.write(name, "console tty1\nluks root\n");
  CHECK(FileLedger(folder.path("mounts"), "tty1").holders().empty());
}

TEST_CASE("ledger: once it is closed nobody else begins anything, until it is open again") {
  const TemporaryFolder folder;
  FileLedger here(folder.path("mounts"), "tty1");
  FileLedger there(folder.path("mounts"), "ttyS0");
  {
    const Ledger::Closed closed(here, std::chrono::milliseconds(100));
    CHECK_THROWS_WITH(there.begin(kMount), Catch::Contains("another console starts a kernel"));
    CHECK_NOTHROW(here.begin(kMount));
  }
  CHECK_NOTHROW(there.begin(kLuks));
}

TEST_CASE("ledger: one who does not finish is not waited for longer than patience lasts") {
  const TemporaryFolder folder;
  FileLedger here(folder.path("mounts"), "tty1");
  FileLedger there(folder.path("mounts"), "ttyS0");
  const Ledger::Act act = there.begin(kMount);
  const Ledger::Closed closed(here, std::chrono::milliseconds(50));
  CHECK_NOTHROW(here.begin(kMount));
}

TEST_CASE("ledger: where no folder can be made nothing is kept, and nothing fails") {
  FileLedger lost("/proc/nowhere/mounts", "tty1");
  CHECK_NOTHROW(lost.begin(kMount));
  CHECK(lost.holders().empty());
}
