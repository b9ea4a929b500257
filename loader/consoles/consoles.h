#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/unique_fd.h"

namespace kboot {

/// A boot that a console has begun.
struct BootUnderWay {
  std::string console = "another console";
  std::string line;        ///< as shown_line() shows it; empty while it is not known
  bool stoppable = false;  ///< stop_boot() comes in time
  bool operator==(const BootUnderWay&) const = default;
  /// `ttyS0 is booting "linux"`.
  std::string str() const;
};

/// What the kboot processes on the consoles and in ssh sessions of one machine know of each other: small
/// files and locks on them (fcntl(2), open file description locks) in one folder, `/run/kboot`. Nothing here
/// throws: without the folder each console is alone.
class Consoles {
 public:
  /// `name` is what the others call this one: "ttyS0", "an ssh session from 10.0.0.2".
  Consoles(std::string directory, std::string name);

  /// A person pressed a key here: autoboot starts anew on every console.
  void note_key() noexcept;
  /// How long ago a key was pressed on any console; nothing when none was since the machine started.
  std::optional<std::chrono::milliseconds> since_key() const noexcept;
  /// Where that was, when it was not here.
  std::optional<std::string> key_elsewhere() const;

  /// While this object (of an ssh session) lives, or until release_hold(), autoboot waits.
  void hold() noexcept;
  void release_hold() noexcept { hold_.reset(); }
  /// Who holds autoboot, or nothing.
  std::optional<std::string> holder() const noexcept;

  /// One boot at a time: an owner of the lock may boot `line` until it destroys it; nothing when another
  /// console has it. Without the folder, always an (empty) lock.
  std::optional<UniqueFd> lock_boot(const std::string& line) noexcept;
  /// Called by the lock's owner: from here on stop_boot() comes too late.
  void commit_boot() noexcept;
  /// The boot of the lock's owner.
  std::optional<BootUnderWay> booting() const noexcept;
  /// Ends that boot as ^C on its console would; false when it is too late, or there is none.
  bool stop_boot() const noexcept;

  /// `ssh-ed25519 SHA256:…`: by which a client knows the ssh server, once that runs.
  std::optional<std::string> host_key() const;

 private:
  std::string file(const char* name) const { return directory_ + "/" + name; }

  std::string directory_;
  std::string name_;
  std::string line_;  ///< of lock_boot()
  UniqueFd hold_;
};

}  // namespace kboot
