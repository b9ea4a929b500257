#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "loader/attempts/boot_attempts.h"
#include "loader/attempts/entry_counter.h"
#include "loader/attempts/entry_file.h"
#include "loader/boot/boot_plan.h"
#include "loader/session/session_state.h"
#include "loader/terminal/report.h"

namespace kboot {

/// Rule 5: a kernel, or an entry of the Boot Loader Specification, with what was found of it.
struct KernelTarget {
  std::vector<std::string> words;  ///< all of the line
  Location location;               ///< that the first word names
  std::optional<EntryFile> entry;
  std::optional<ResolvedFile> file;  ///< the kernel; none of an entry
};

/// One run of `default`.
struct DefaultRun {
  std::string choice;        ///< that is being booted
  bool skipped = false;      ///< an entry, for the tries in its name
  bool last_resort = false;  ///< nothing else can be booted: none is skipped
};

/// Boots: one kernel, or the first of several choices. Knows how often a choice was started in vain, and that
/// only one console boots at a time.
class Booter {
 public:
  Booter(const SessionState& state, const System& system, Report& report);
  Booter(const Booter&) = delete;
  Booter& operator=(const Booter&) = delete;

  /// The settings are others.
  void configure();
  BootAttempts& attempts() { return attempts_; }

  /// Boots one choice; returns when it booted nothing, as a dry run and a program do.
  using BootChoice = std::function<void(const std::string& choice)>;
  /// Does what `default` says, each choice by `boot`; nothing without a `default`. Throws Error when no
  /// choice can be booted, and when it is run by one of its own choices; Cancelled.
  void boot_default(const BootChoice& boot);
  /// Whether a choice of `default` is being booted.
  bool in_default() const { return run_.has_value(); }
  /// Calls `boot` with one choice after the other, until one does not fail. Throws what the last one throws.
  /// While there is another choice no other console boots.
  void boot_first_of(const std::vector<std::string>& choices, const BootChoice& boot);
  /// See Session::set_once().
  void set_once(const std::string& label);

  /// Boots a kernel, or an entry of the Boot Loader Specification, with the words behind its path.
  void boot_kernel(const KernelTarget& kernel, const std::string& origin);
  /// Boots a plan, or prints it in a dry run. `entry`: the one that it is of, to be counted.
  void boot(BootPlan plan, const std::optional<EntryFile>& entry);

  /// A new line begins.
  void begin_line() { lost_race_ = false; }
  /// Whether the line booted nothing because another console was booting.
  bool lost_race() const { return lost_race_; }

 private:
  class Lock;

  BootAttempts::Chosen choose_default();
  void try_choices(const std::vector<std::string>& choices, std::optional<Lock>& lock,
                   const BootChoice& boot);
  BootPlan plan_of_entry(const EntryFile& entry, const std::vector<std::string>& words,
                         const std::string& origin);
  void skip_used_up(const EntryFile& entry);
  void add_handoffs(BootPlan& plan);
  void keep_log() noexcept;

  const SessionState& state_;
  const System& system_;
  Report& report_;
  BootAttempts attempts_;
  EntryCounter entry_counter_;
  std::optional<DefaultRun> run_;
  std::optional<UniqueFd> locked_;  ///< as long as a Lock lives
  bool lost_race_ = false;
};

}  // namespace kboot
