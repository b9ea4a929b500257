#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"
#include "config/settings.h"
#include "config/variables.h"
#include "loader/boot_attempts.h"
#include "loader/booted_entry.h"
#include "loader/clock.h"
#include "loader/configuration.h"
#include "loader/connection.h"
#include "loader/consoles.h"
#include "loader/dropbear.h"
#include "loader/entry_counter.h"
#include "loader/history.h"
#include "loader/kexec.h"
#include "loader/keyboard.h"
#include "loader/line.h"
#include "loader/network.h"
#include "loader/password.h"
#include "loader/persistent_log.h"
#include "loader/report.h"
#include "loader/shell.h"
#include "loader/watchdog.h"
#include "pathfs/resolver.h"

namespace kboot {

/// How a line ended; the numbers are kboot's exit status.
enum class Status { done = 0, failed = 1, usage = 2 };

/// A command was given the wrong arguments; the message is its usage.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// A program that a line was given to ended with another status than 0.
class ProgramFailed : public Error {
 public:
  using Error::Error;
};

/// All of a session that touches the machine: the real ones in main.cc, fakes in tests.
struct System {
  Resolver& resolver;
  Kexec& kexec;
  Network& network;
  Connection& connection;
  Clock& clock;
  Shell& shell;
  Consoles& consoles;
  Keyboard& keyboard;
  const PasswordGuard& password_guard;
  History& history;
  Watchdog& watchdog;
  BootedEntry& booted_entry;
  PersistentLog& persistent_log;
  SshServer& ssh_server;
};

/// Whether lines do what they say, or only tell what they would do.
enum class Mode { real, dry_run };

/// Where kboot runs: in its own initramfs, or as a command on a running system (where it never starts a
/// kernel).
enum class Place { loader, host };

/// What lines are run in: the variables, the current directory, the restrictions. One for each console.
class Session {
 public:
  /// Takes over the resolver's waits.
  Session(System system, Report& report, Place place, Mode mode);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Takes over what read_configuration() read, reports its diagnostics and sets the booted root. With
  /// FstabOf::booted_system a new `root` brings its own fstab.
  enum class FstabOf { configuration, booted_system };
  void configure(Configuration configuration, FstabOf fstab_of);

  /// Runs one line by the rules of kboot(8), LINES. All that is thrown ends here, as an error in the report.
  Status run_line(std::string_view text);

  // For commands and completion.
  const Variables& variables() const { return variables_; }
  const Settings& settings() const { return settings_; }
  const Location& directory() const { return directory_; }
  Report& report() { return report_; }
  Resolver& resolver() { return system_.resolver; }
  Consoles& consoles() { return system_.consoles; }
  Network& network() { return system_.network; }
  Watchdog& watchdog() { return system_.watchdog; }
  SshServer& ssh_server() { return system_.ssh_server; }
  BootAttempts& attempts() { return attempts_; }
  /// Whether only labels and a few commands run: `restricted=true`, and nobody has given the password here.
  bool restricted() const { return settings_.restricted && !unlocked_; }
  /// What was typed unrestricted.
  History& history() { return system_.history; }

  /// Whether nothing is to be changed, started or fetched whole: `-n`, `plan`.
  bool dry_run() const { return mode_ == Mode::dry_run; }
  /// Whether the last line booted nothing because another console was booting.
  bool lost_race() const { return lost_race_; }
  /// The line being run, as shown_line() shows it.
  const std::string& current_line() const { return current_line_; }
  /// Sorts a word of the path language, relative to the current directory.
  Location locate(std::string_view word);
  /// Throws Error and stays where it is when there is no such directory.
  void change_directory(const Location& location);
  /// In the loader, as network_wait.h has it. Throws Error, Cancelled.
  void await_network(const std::string& server);
  /// Whether await_network() would not wait.
  bool reaches(const std::string& server);
  /// Runs a program of the shell's, with nothing translated. Throws ProgramFailed.
  void run_program(const std::string& command_line);
  /// Runs a program that stops the machine: see Connection::end(). Throws ProgramFailed.
  void run_last_program(const std::string& command_line);
  /// Runs a line by the booted system's own shell in its own root, or a login shell for an empty line. Throws
  /// ProgramFailed.
  void run_in_booted_system(const std::string& line);
  /// Runs a line as in a dry run: `plan LINE`.
  void plan_line(std::string_view text);
  /// Boots what a line names, or the default for an empty one; never runs a command or a program: `boot
  /// LINE`.
  void boot_line(std::string_view text);
  /// The next time the default would run, this label is booted; empty: no label. Throws Error.
  void set_once(const std::string& label);
  /// Sets a variable as typed, with all that follows from it.
  void assign(const std::string& name, const std::string& value);
  /// Asks for the password; the session is no longer restricted then. Throws Error when it is wrong,
  /// Cancelled.
  void unlock();

 private:
  void run_parsed(const Line& line);
  class BootLock;

  void run_default();
  BootAttempts::Chosen choose_default();
  void try_choices(const std::vector<std::string>& lines, std::optional<BootLock>& lock,
                   const std::function<void(const std::string& choice)>& boot);
  void boot_parsed(const Words& line, const std::string& origin);
  void run_words(const Words& line, const std::string& origin);
  void run_restricted(const Words& line);

  /// Rules 5 to 7 on the first word; false when none of them fits and the line is one for the shell.
  bool try_boot(const std::vector<std::string>& words, const std::string& origin);
  void boot_words(const std::vector<std::string>& words, const std::string& origin);
  void boot_device(const std::string& device, const std::vector<std::string>& words);
  BootPlan make_entry_plan(const EntryFile& entry, const std::vector<std::string>& words,
                           const std::string& origin);
  void boot(const BootPlan& plan, const std::optional<EntryFile>& entry);
  void keep_log() noexcept;
  void pass_over_used_up(const EntryFile& entry);
  /// What a person is to know before `url` is fetched, and a clock by which its certificate can be judged.
  void before_fetch(const Url& url);
  /// Throws ProgramFailed for another status than 0.
  void program_ended(const std::string& command_line, int status);
  void run_in_shell(const std::vector<std::string>& words);
  std::optional<std::string> local_copy(const std::string& word, const std::string& shell_directory);
  std::string download(const ResolvedFile& url);

  void apply_settings();
  /// Whether settings are to be put into effect: not on a host, not in a dry run.
  bool changes_machine() const;
  bool is_label(const std::string& name) const;
  /// How file systems are mounted: read-only in a dry run, whatever mount_rw= says.
  Access access() const;
  BootDefaults defaults() const { return {settings_.root, settings_.initrd}; }

  System system_;
  Report& report_;
  Place place_;
  Mode mode_;
  BootAttempts attempts_;
  EntryCounter entry_counter_;
  bool passed_over_ = false;           ///< an entry of `default`, for the tries in its name
  bool last_resort_ = false;           ///< nothing else can be booted: none is passed over
  std::string attempt_;                ///< the choice of `default` that is being booted; empty: a typed line
  std::optional<UniqueFd> boot_lock_;  ///< as long as a BootLock lives
  bool lost_race_ = false;
  bool unlocked_ = false;
  FstabOf fstab_of_ = FstabOf::configuration;
  Variables variables_;
  Settings settings_;
  std::set<std::string> told_;  ///< diagnostics already shown
  Location directory_ = KbootPath{"/"};
  std::string current_line_;
};

/// `//`, `///tmp`, `/boot`, `/dev/sda6:/kernels`, `server:/kernels/`: what `pwd` prints.
std::string directory_text(const Location& directory);
/// `kboot: ` in kboot's root, `kboot /boot: ` elsewhere.
std::string prompt_text(const Location& directory);

}  // namespace kboot
