#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/boot_state.h"
#include "config/settings.h"
#include "loader/attempts/boot_state_store.h"

namespace kboot {

class Report;

/// What was tried in vain is passed over (`tries`), and what is wanted once is booted once, across starts of
/// the machine. Nothing is read or written without `tries.store`. What cannot be read or written is told and
/// otherwise as if it were empty: the machine must come up.
class BootAttempts {
 public:
  using MakeStore = std::function<std::unique_ptr<BootStateStore>(const std::string& text, Resolver&)>;
  BootAttempts(Resolver& resolver, Report& report, MakeStore make_store = make_boot_state_store)
      : resolver_(resolver), report_(report), make_store_(std::move(make_store)) {}

  void configure(const Settings& settings);
  bool kept() const { return !store_text_.empty(); }
  /// Throws Error when nothing is kept.
  void require_kept() const;

  /// What is to be booted of `lines` now.
  struct Chosen {
    std::optional<std::string> once;  ///< this label before all others; it is asked for only this one time
    std::vector<std::string> lines;   ///< those that still have tries left, or all
  };
  /// Called by the owner of the boot lock. Throws Cancelled.
  Chosen choose(const std::vector<std::string>& lines);
  /// The same without writing anything, `once` staying for a later time. Throws Cancelled.
  Chosen foresee(const std::vector<std::string>& lines);
  /// Something is about to be loaded: finds what record() needs, while all can still be asked for. Throws
  /// Cancelled.
  void prepare();
  /// The line is loaded and about to be started; when this returns it is on the disk. Called after
  /// prepare(), by the owner of the boot lock.
  void record(const std::string& line);

  /// What is remembered, with what the booted system has reported. Throws Error, Cancelled.
  BootState look();
  /// Asks for a label for the next time the default would run; empty: for none. Throws Error, Cancelled.
  void set_once(const std::string& label);

  /// How a choice is called in the state and to people: printable, no secret, and not long.
  static std::string key_of(const std::string& line);

 private:
  BootStateStore& store();
  Chosen choose_of(const BootState& state, const std::vector<std::string>& lines);
  void settle(BootStateMedium& medium, BootState& state);
  void tell(const std::exception& error);

  Resolver& resolver_;
  Report& report_;
  MakeStore make_store_;
  std::string store_text_;  ///< empty: nothing is kept
  bool in_names_ = false;   ///< EntryCounter counts, and nothing is kept here
  std::unique_ptr<BootStateStore> store_;
  unsigned tries_ = 0;
  std::vector<std::string> choices_;  ///< the keys of those in `default`
  bool prepared_ = false;
  bool settled_ = false;  ///< by this process; nothing new is reported before the next start
};

}  // namespace kboot
