#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json_fwd.hpp>

#include "loader/commands/commands.h"
#include "loader/consoles/consoles.h"
#include "loader/session/configuration.h"
#include "loader/session/session.h"
#include "loader/session/ssh_server.h"
#include "loader/terminal/report.h"
#include "pathfs/file_ledger.h"
#include "pathfs/resolver.h"
#include "tests/unit/fakes/fake_fetcher.h"
#include "tests/unit/fakes/fake_initiator.h"
#include "tests/unit/fakes/fake_mounter.h"
#include "tests/unit/fakes/fake_system.h"
#include "tests/unit/fakes/fake_volumes.h"
#include "tests/unit/fakes/images.h"
#include "tests/unit/fakes/temporary_folder.h"

namespace kboot::test {

using Strings = std::vector<std::string>;

/// A stream that is kept in memory.
class Stream {
 public:
  Stream();
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  std::FILE* file() { return file_; }
  /// What was written since the last call.
  std::string take();

 private:
  std::FILE* file_;
  long read_ = 0;
};

/// A machine: /dev/sda1 is /boot, /dev/sda2 the root with an fstab, /dev/sda6 a disk beside them; a server;
/// and a session.
struct Machine {
  FakeMounter mounter;
  FakeFetcher fetcher;
  Events events;
  FakeKexec kexec{events};
  FakeNetwork network{events};
  FakeConnection connection{events};
  FakeClock clock;
  FakeShell shell;
  FakeTrees trees;
  FakeWatchdog watchdog;
  FakeBootedEntry booted_entry;
  FakeFirmwareBoot firmware_boot;
  MemoryHandoffs handoffs;
  FakePersistentLog persistent_log;
  FakeSshServer ssh_server;
  SshFiles ssh_settings;
  FakeKeyboard keyboard;
  TemporaryFolder run;
  PasswordGuard password_guard{run.path("wrong-passwords")};
  Consoles consoles{"/nonexistent", "tty1"};
  FileLedger ledger{run.path("mounts"), "tty1"};
  Published published{"/nonexistent"};  ///< a discovery is what a test makes of it
  History history{""};
  FakeVolumes volumes;
  FakeInitiator initiator;
  Resolver resolver{mounter, fetcher, volumes, initiator};
  Stream results;
  Stream people;
  std::string kernel = BzImage{}.bytes();

  Machine();
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  System system();
};

/// A machine with a session on it.
struct Fixture : Machine {
  /// A session in the loader, configured from the booted system as after a start.
  explicit Fixture(Mode mode = Mode::real, Report::Style style = Report::Style::people);
  ~Fixture();

  void configure(const std::vector<std::pair<std::string, std::string>>& set);
  /// Runs a line that is expected to fail; its message.
  std::string failure_of(std::string_view line);
  /// Boots and gives the command line that the kernel got.
  std::string boot(std::string_view line);

  Report report;
  Session session;
};

/// A session of `kboot -n --json`.
struct DryRun : Fixture {
  DryRun();
  /// Runs a line and gives the object that it printed.
  nlohmann::json json(std::string_view line);
};

}  // namespace kboot::test
