#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "loader/entries/boot_places.h"
#include "loader/entries/entry_list.h"
#include "loader/session/booter.h"
#include "loader/session/session_state.h"
#include "loader/session/shell_bridge.h"
#include "loader/terminal/report.h"

namespace kboot {

/// `auto`: what this machine would boot.
struct AutoEntry {};

/// An entry on a LUKS volume that is not open.
struct LockedEntry {
  EntryWord word;
};

/// A boot entry that a line names.
struct EntryTarget {
  std::vector<std::string> words;  ///< all of the line
  std::variant<AutoEntry, LockedEntry, ListedEntry> entry;
};

/// Finds and boots what lines name by a boot entry (kboot(8), BOOT ENTRIES).
class EntryLines {
 public:
  EntryLines(SessionState& state, const System& system, Report& report, Booter& booter, ShellBridge& shell)
      : state_(state), system_(system), report_(report), booter_(booter), shell_(shell) {}

  /// `sda1#debian`, `#3`, `http://server/menu.ipxe#linux`, and `auto` in a default; nothing for a line that
  /// names none. Throws Error, Cancelled.
  std::optional<EntryTarget> find(const std::vector<std::string>& words);
  /// The default of a configuration on a server, of whose URL a line consists; nothing: there is none. Throws
  /// Error, Cancelled.
  std::optional<EntryTarget> find_configuration(const std::vector<std::string>& words);
  /// What a file is booted by that is named by its path and is no kernel: a Unified Kernel Image, or the
  /// default of what is in the image of a disk; nothing: a file that begins so is neither. Throws Error,
  /// Cancelled.
  std::optional<EntryTarget> find_image(const std::vector<std::string>& words, std::string_view head);
  /// Throws Error, Cancelled.
  void boot(const EntryTarget& target);
  /// A line begins.
  void begin_line() { stays_locked_ = false; }
  /// Whether the line named an entry on a LUKS volume for which no passphrase was typed.
  bool stays_locked() const { return stays_locked_; }
  /// Boots the default of the boot sources on a device; false: none of them has one that can be booted.
  /// Throws Error, Cancelled.
  bool boot_default_of(const std::string& device);

 private:
  std::optional<EntryTarget> find_at_url(const std::vector<std::string>& words);
  std::optional<EntryTarget> find_default(const std::vector<std::string>& words);
  std::optional<EntryTarget> find_numbered(const std::vector<std::string>& words);
  bool is_whole_name(const std::string& word);
  void boot_locked(const EntryWord& word, const std::vector<std::string>& words);
  void boot_listed(const ListedEntry& listed, const std::vector<std::string>& words);
  void boot_by_firmware(const ListedEntry& listed, const std::vector<std::string>& words);
  void boot_auto();
  std::vector<std::string> auto_places();

  SessionState& state_;
  const System& system_;
  Report& report_;
  Booter& booter_;
  ShellBridge& shell_;
  bool stays_locked_ = false;
};

}  // namespace kboot
