#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>

#include "config/settings.h"
#include "config/variables.h"
#include "loader/attempts/booted_entry.h"
#include "loader/attempts/firmware_boot.h"
#include "loader/boot/kexec.h"
#include "loader/consoles/connection.h"
#include "loader/consoles/consoles.h"
#include "loader/consoles/dropbear.h"
#include "loader/consoles/history.h"
#include "loader/entries/entry_list.h"
#include "loader/entries/published.h"
#include "loader/handoff/handoffs.h"
#include "loader/handoff/persistent_log.h"
#include "loader/network/clock.h"
#include "loader/network/network.h"
#include "loader/session/chroot.h"
#include "loader/session/command.h"
#include "loader/session/shell.h"
#include "loader/terminal/keyboard.h"
#include "loader/terminal/password.h"
#include "loader/watchdog/watchdog.h"
#include "pathfs/ledger.h"
#include "pathfs/resolver.h"

namespace kboot {

class SshSettings;

/// All of a session that touches the machine: the real ones in loader/app, fakes in tests.
struct System {
  Resolver& resolver;
  Kexec& kexec;
  Network& network;
  Connection& connection;
  Clock& clock;
  Shell& shell;
  Trees& trees;
  Consoles& consoles;
  Keyboard& keyboard;
  const PasswordGuard& password_guard;
  History& history;
  Watchdog& watchdog;
  BootedEntry& booted_entry;
  FirmwareBoot& firmware_boot;
  Handoffs& handoffs;
  PersistentLog& persistent_log;
  SshServer& ssh_server;
  SshSettings& ssh_settings;
  Ledger& ledger;
  const Published& published;
  std::span<const Command> commands;
};

/// Whether lines do what they say, or only print what they would do.
enum class Mode { real, dry_run };

/// Where kboot runs: in its own initramfs, or as a command on a running system (where it never starts a
/// kernel).
enum class Place { loader, host };

/// Whether a new `root` brings its own fstab (booted_system).
enum class FstabOf { configuration, booted_system };

/// What one line leaves for the next, and where and how lines are run. A plain value: the parts of a session
/// share one, and what follows from a change is their business.
struct SessionState {
  SessionState(Place place_of_session, Mode first_mode) : place(place_of_session), mode(first_mode) {}

  Place place;
  Mode mode;
  FstabOf fstab_of = FstabOf::configuration;
  Variables variables;
  Settings settings;  ///< read from the variables
  Location directory = KbootPath{"/"};
  bool unlocked = false;                   ///< the password was typed here
  std::string current_line;                ///< the line being run, as shown_line() prints it
  std::set<std::string> reported;          ///< diagnostics that are reported once
  std::optional<std::string> found_root;   ///< the booted system's, where nothing said where that is
  std::optional<EntryList> shown_entries;  ///< what `entries` printed last

  bool dry_run() const { return mode == Mode::dry_run; }
  /// Whether settings are put into effect: not on a host, not in a dry run.
  bool changes_machine() const { return place == Place::loader && mode == Mode::real; }
  /// Whether only labels and a few commands run.
  bool restricted() const { return settings.restricted && !unlocked; }
  /// How file systems are mounted: read-only in a dry run, whatever mount_rw= says.
  Access access() const {
    return settings.mount_rw && mode == Mode::real ? Access::read_write : Access::read_only;
  }
  bool is_label(const std::string& name) const {
    const auto value = variables.value(name);
    return is_label_name(name) && value && !value->empty();
  }
};

}  // namespace kboot
