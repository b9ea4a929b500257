#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/unique_fd.h"

namespace kboot {

/// What the kboot processes on the consoles and in ssh sessions of one machine know of each other: small
/// files in one folder
/// (`/run/kboot`). Nothing here throws: without the folder each console is alone.
class Consoles {
 public:
  explicit Consoles(std::string directory);

  /// A person pressed a key here: autoboot starts anew on every console.
  void note_key() noexcept;
  /// How long ago a key was pressed on any console; nothing when none was since the machine started.
  std::optional<std::chrono::milliseconds> since_key() const noexcept;

  /// While this object (of an ssh session) lives, autoboot waits. `who` is shown on the consoles.
  void hold(const std::string& who) noexcept;
  /// Who holds autoboot, or nothing.
  std::optional<std::string> holder() const noexcept;

  /// Whether some console has the lock of lock_boot() now.
  bool booting() const noexcept;

  /// One boot at a time: an owner of the lock may boot until it destroys it; nothing when another console has
  /// it. Without the folder, always an (empty) lock.
  std::optional<UniqueFd> lock_boot() noexcept;

 private:
  std::string file(const char* name) const { return directory_ + "/" + name; }

  std::string directory_;
  UniqueFd hold_;
};

}  // namespace kboot
