#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

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
  Stream() : file_(std::tmpfile()) { REQUIRE(file_ != nullptr); }
  ~Stream() { std::fclose(file_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  std::FILE* file() { return file_; }
  /// What was written since the last call.
  std::string take() {
    std::fflush(file_);
    std::string text;
    std::fseek(file_, read_, SEEK_SET);
    for (int c = 0; (c = std::fgetc(file_)) != EOF;) text += static_cast<char>(c);
    read_ = std::ftell(file_);
    return text;
  }

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

  Machine() {
    TemporaryFolder& boot = mounter.add({.node = "/dev/sda1", .type = "ext4", .uuid = "1111"});
    boot.write("vmlinuz", kernel);
    boot.write("initrd.img", "abcde");
    TemporaryFolder& root =
        mounter.add({.node = "/dev/sda2", .type = "ext4", .label = "root", .uuid = "2222"});
    root.write("etc/fstab", "UUID=2222 / ext4 defaults 0 1\n/dev/sda1 /boot ext4 defaults 0 2\n");
    root.write("etc/kboot.conf", "linux=\"/boot/vmlinuz initrd=/boot/initrd.img quiet\"\ndefault=linux\n");
    root.write("etc/motd", "hello\n");
    root.make_folder("boot");
    TemporaryFolder& other = mounter.add({.node = "/dev/sda6", .type = "ext4", .uuid = "6666"});
    other.write("vmlinuz", kernel);
    other.write("short", kernel.substr(0, 1500));
    other.write("text", "hello\n");
    other.write("d/x", "0123456");
    fetcher.files["http://server/vmlinuz"] = kernel;
    fetcher.files["http://server/initrd"] = "fgh";
  }
  System system() {
    return {resolver,       kexec,      network,        connection, clock,     shell,        trees,
            consoles,       keyboard,   password_guard, history,    watchdog,  booted_entry, handoffs,
            persistent_log, ssh_server, ssh_settings,   ledger,     published, commands()};
  }
};

/// A machine with a session on it.
struct Fixture : Machine {
  /// A session in the loader, configured from the booted system as after a start.
  explicit Fixture(Mode mode = Mode::real, Report::Style style = Report::Style::people)
      : report(results.file(), people.file(), style), session(system(), report, Place::loader, mode) {
    configure({});
  }

  void configure(const std::vector<std::pair<std::string, std::string>>& set) {
    ConfigurationSources sources;
    sources.kboot_conf = "/nonexistent";
    sources.kernel_command_line = "console=ttyS0 root=/dev/sda2";
    sources.copy_from_booted = true;
    sources.set = set;
    session.configure(read_configuration(sources, resolver), FstabOf::booted_system);
  }

  /// Runs a line that is expected to fail; its message.
  std::string failure_of(std::string_view line) {
    people.take();
    CHECK(session.run_line(line) == Status::failed);
    CHECK(events.empty());
    return people.take();
  }
  /// Boots and gives the command line that the kernel got.
  std::string boot(std::string_view line) {
    INFO(line);
    events.clear();
    try {
      session.run_line(line);
      FAIL("did not boot: " << people.take());
    } catch (const MachineIsGone&) {
    }
    return kexec.cmdline;
  }

  Report report;
  Session session;
};

/// A session of `kboot -n --json`.
struct DryRun : Fixture {
  DryRun() : Fixture(Mode::dry_run, Report::Style::json) {}
  nlohmann::json json(std::string_view line) {
    results.take();
    session.run_line(line);
    const std::string text = results.take();
    INFO(line << ": " << people.take());
    REQUIRE_FALSE(text.empty());
    return nlohmann::json::parse(text);
  }
};

}  // namespace kboot::test
