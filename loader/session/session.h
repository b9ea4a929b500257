#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "config/settings.h"
#include "config/variables.h"
#include "loader/attempts/boot_attempts.h"
#include "loader/entries/published.h"
#include "loader/session/configuration.h"
#include "loader/session/fetch_policy.h"
#include "loader/session/session_state.h"
#include "loader/session/shell_bridge.h"
#include "loader/terminal/report.h"

namespace kboot {

/// How a line ended; the numbers are kboot's exit status.
enum class Status { done = 0, failed = 1, usage = 2 };

/// What lines are run in, and what commands may see of it. One for each console.
class Session {
 public:
  /// Takes over the resolver's waits and its search for a root.
  Session(System system, Report& report, Place place, Mode mode);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Takes over what read_configuration() read, reports its diagnostics, sets the booted root and does what
  /// the settings ask for.
  void configure(Configuration configuration, FstabOf fstab_of);

  /// Runs one line by the rules of kboot(8), LINES. All that is thrown ends here, as an error in the report.
  Status run_line(std::string_view text);

  // For commands and completion.
  const Variables& variables() const;
  const Settings& settings() const;
  const Location& directory() const;
  Report& report();
  Resolver& resolver();
  Consoles& consoles();
  Network& network();
  Watchdog& watchdog();
  SshServer& ssh_server();
  const Ledger& ledger() const;
  /// What the discovery has found.
  const Published& published() const;
  BootAttempts& attempts();
  /// What the machine's firmware starts in place of kboot.
  FirmwareBoot& firmware_boot();
  /// What was typed unrestricted.
  History& history();
  /// Programs, and lines for shells.
  ShellBridge& shell();
  /// Waits for the network.
  FetchPolicy& fetch_policy();

  /// Whether only labels and a few commands run: `restricted=true`, and nobody has given the password here.
  bool restricted() const;
  /// Whether nothing is to be changed, started or fetched whole: `-n`, `plan`.
  bool dry_run() const;
  /// Whether the last line booted nothing because another console was booting.
  bool lost_race() const;
  /// Whether the last line named a LUKS volume for which no passphrase was typed.
  bool stays_locked() const;
  /// The line being run, as shown_line() shows it.
  const std::string& current_line() const;
  /// Sorts a word of the path language, relative to the current directory.
  Location locate(std::string_view word);
  /// Throws Error and stays where it is when there is no such directory.
  void change_directory(const Location& location);
  /// Runs a line as in a dry run: `plan LINE`.
  void plan_line(std::string_view text);
  /// Boots what a line names, or the default for an empty one; never runs a command or a program: `boot
  /// LINE`.
  void boot_line(std::string_view text);
  /// The next time the default would run, this label is booted; empty: no label. Throws Error.
  void set_once(const std::string& label);
  /// `menu`: the prompt opens it behind this line. Throws Error where there is no prompt.
  void ask_for_menu();
  /// Whether the last line asked for the menu; called by a prompt before each line.
  bool take_menu_request();
  /// `#3` is the third of these from now on.
  void remember_entries(EntryList list);
  /// Nothing: no list was shown.
  const std::optional<EntryList>& shown_entries() const;
  /// Sets a variable as typed, with all that follows from it.
  void assign(const std::string& name, const std::string& value);
  /// Asks for the password; the session is no longer restricted then. Throws Error when it is wrong,
  /// Cancelled.
  void unlock();

 private:
  struct Parts;
  class Lines;

  std::unique_ptr<Parts> parts_;
};

/// `//`, `///tmp`, `/boot`, `/dev/sda6:/kernels`, `server:/kernels/`: what `pwd` prints.
std::string directory_text(const Location& directory);
/// `kboot: ` in kboot's root, `kboot /boot: ` elsewhere.
std::string prompt_text(const Location& directory);

}  // namespace kboot
