#pragma once

#include <exception>
#include <optional>

#include "config/settings.h"
#include "loader/attempts/booted_entry.h"
#include "loader/attempts/entry_file.h"

namespace kboot {

class Report;

/// Counts the starts of an entry in its file's name (`tries.store=bls`). What cannot be written is told, and
/// the boot goes on.
class EntryCounter {
 public:
  EntryCounter(Mounter& mounter, BootedEntry& booted_entry, Report& report)
      : mounter_(mounter), booted_entry_(booted_entry), report_(report) {}

  void configure(const Settings& settings) { on_ = counts_in_names(settings); }
  bool on() const { return on_; }

  /// Something is about to be loaded, an entry or not: finds what record() needs, while all is mounted.
  void prepare(const std::optional<EntryFile>& entry);
  /// It is loaded, nothing is mounted any more, and it is about to be started; when this returns it is on the
  /// disk.
  void record();

 private:
  /// Returns the file's new path on its partition. Throws Error.
  std::string count_down(const MountedPlace& file);
  void tell(const std::exception& error);

  Mounter& mounter_;
  BootedEntry& booted_entry_;
  Report& report_;
  bool on_ = false;
  std::optional<MountedPlace> counted_;  ///< the file whose name is to be changed
};

}  // namespace kboot
