#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "config/network_plan.h"
#include "loader/attempts/booted_entry.h"
#include "loader/attempts/firmware_boot.h"
#include "loader/boot/kexec.h"
#include "loader/consoles/connection.h"
#include "loader/consoles/dropbear.h"
#include "loader/handoff/persistent_log.h"
#include "loader/network/clock.h"
#include "loader/network/network.h"
#include "loader/session/chroot.h"
#include "loader/session/shell.h"
#include "loader/terminal/keyboard.h"
#include "loader/watchdog/watchdog.h"

namespace kboot::test {

/// What happened to the machine, in order: "load", "network down", "execute", …
using Events = std::vector<std::string>;

/// The exception with which FakeKexec::execute "does not return".
struct MachineIsGone {};

class FakeKexec final : public Kexec {
 public:
  explicit FakeKexec(Events& events) : events_(events) {}
  void load(const KernelImage& image) override {
    if (!failure.empty()) throw Error(failure);
    events_.push_back("load");
    cmdline = image.cmdline;
    kernel = read_head(image.kernel.get(), std::size_t{1} << 20);
    initrd = image.initrd ? read_head(image.initrd->get(), std::size_t{1} << 20) : "";
  }
  [[noreturn]] void execute() override {
    events_.push_back("execute");
    throw MachineIsGone();
  }

  std::string failure;  ///< when set, load() throws it
  std::string cmdline;
  std::string kernel;
  std::string initrd;

 private:
  Events& events_;
};

class FakeNetwork final : public Network {
 public:
  explicit FakeNetwork(Events& events) : events_(events) {}
  bool usable() override { return ++looks > unusable_looks; }
  bool reaches(const std::string& server) override { return server != far_server || far_looks-- <= 0; }
  std::vector<Link> links() override { return all_links; }
  std::vector<IdlePciDevice> idle_cards() override { return cards_without_driver; }
  std::vector<std::string> nameservers() override { return all_nameservers; }
  void configure(const Variables& settings) override { configured = network_settings_text(settings); }
  void set(const std::string& name, const std::string& value) override { configured += name + "=" + value; }
  void down() noexcept override {
    events_.push_back("network down");
    if (meanwhile) meanwhile();
  }

  std::function<void()> meanwhile;  ///< happens in down()

  std::string configured;  ///< the settings as text
  std::vector<Link> all_links;
  std::vector<IdlePciDevice> cards_without_driver;
  std::vector<std::string> all_nameservers;

  int unusable_looks = 0;  ///< how often usable() says no before it says yes
  int looks = 0;
  std::string far_server;
  int far_looks = 0;  ///< how often reaches() says no of that server

 private:
  Events& events_;
};

class FakeConnection final : public Connection {
 public:
  explicit FakeConnection(Events& events) : events_(events) {}
  void end() noexcept override {
    events_.push_back("connections end");
    if (meanwhile) meanwhile();
  }

  std::function<void()> meanwhile;  ///< happens in end()

 private:
  Events& events_;
};

/// A clock that stands still at `time`.
class FakeClock final : public Clock {
 public:
  std::int64_t now() override { return time; }
  void set(std::int64_t seconds) override { time = seconds; }
  void set_by_ntp(const std::string& server) override {
    asked.push_back(server);
    const auto found = servers.find(server);
    if (found == servers.end()) throw Error("no answer by NTP");
    time = found->second;
  }

  void mend(const ClockSources& sources) override { mend_clock(*this, sources); }

  std::int64_t time = 4'000'000'000;
  std::map<std::string, std::int64_t> servers;  ///< and what they say
  std::vector<std::string> asked;
};

/// A person who types what is in `secrets`, and presses a key when it is looked for the `key_after`th time.
class FakeKeyboard final : public Keyboard {
 public:
  SecretText ask_secret(const std::string& /*prompt*/) override {
    ++asked;
    if (secrets.empty()) throw Cancelled();
    SecretText secret(std::string(secrets.front()));
    secrets.erase(secrets.begin());
    return secret;
  }
  std::function<bool()> watch() override {
    return [this, looks = 0]() mutable { return key_after > 0 && ++looks >= key_after; };
  }

  std::vector<std::string> secrets;
  int asked = 0;
  int key_after = 0;  ///< 0: never
};

class FakeWatchdog final : public Watchdog {
 public:
  void configure(std::optional<std::chrono::seconds> timeout) override { set(timeout); }
  void set(std::optional<std::chrono::seconds> timeout) override { wanted = timeout; }
  std::optional<WatchdogState> state() override { return there; }
  Diagnostics notes() override { return watchdog_notes(there); }

  std::optional<std::chrono::seconds> wanted;
  std::optional<WatchdogState> there;
};

class FakeBootedEntry final : public BootedEntry {
 public:
  void tell(const std::optional<std::string>& path) override { told = path.value_or("none"); }

  std::string told;  ///< the path, or "none"; empty: nothing was said
};

/// A machine that was not started by UEFI, unless `all` has its boot options.
class FakeFirmwareBoot final : public FirmwareBoot {
 public:
  std::optional<BootOptions> options() override { return all; }
  void start_next(unsigned number) override { asked = boot_option_name(number); }
  void start_next(const EfiProgram& program) override { asked = program.path; }
  void open_setup_next() override { asked = "set-up"; }

  std::optional<BootOptions> all;
  std::string asked;  ///< for the next start; empty: nothing
};

class FakePersistentLog final : public PersistentLog {
 public:
  bool is_there() override { return there; }
  void write(const std::string& text) override {
    written.push_back(text);
    if (meanwhile) meanwhile();
  }

  std::function<void()> meanwhile;  ///< happens in write()
  bool there = false;
  std::vector<std::string> written;
};

class FakeSshServer final : public SshServer {
 public:
  bool runs() override { return running; }
  void set_keys(const std::optional<std::string>& text) override { keys = text.value_or("none"); }
  void set_password(const std::optional<std::string>& hash) override { password = hash.value_or("none"); }
  void set_host_key(const std::string& name, const std::string& key) override { host_keys[name] = key; }
  void let_start() override { running = true; }

  bool running = false;
  std::string keys;      ///< "none": taken away; empty: nothing was said
  std::string password;  ///< the same
  std::map<std::string, std::string> host_keys;
};

class FakeShell final : public Shell {
 public:
  int run(const std::string& command_line, const std::string& directory) override {
    lines.push_back(command_line);
    last_directory = directory;
    return status;
  }

  int status = 0;
  std::vector<std::string> lines;
  std::string last_directory;
};

class FakeTrees final : public Trees {
 public:
  int run(const std::vector<BootedFileSystem>& mounted, Access access, const std::string& line) override {
    tree = chroot_tree(mounted, access);
    lines.push_back(line);
    return status;
  }
  void end() noexcept override { ++ended; }

  int status = 0;
  int ended = 0;
  std::vector<TreeMount> tree;     ///< that was last run in
  std::vector<std::string> lines;  ///< that were run in a tree
};

}  // namespace kboot::test
