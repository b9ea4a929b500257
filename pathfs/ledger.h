#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/unique_fd.h"
#include "pathfs/holding.h"

namespace kboot {

/// What each kboot process of this machine holds: a file for each in one folder, written
/// before the process does what it says. So another process can take down what one holds that is about to
/// lose the machine, or was killed. Where the folder cannot be written, nothing is kept and nothing fails.
class Ledger {
 public:
  /// The folder of this machine.
  static constexpr const char* kFolder = "/run/kboot/mounts";

  /// `console` is what the others call this process. Without a folder nothing is kept.
  explicit Ledger(std::string folder = "", std::string console = "");

  /// While it lives, what was begun is being done; one who closes the ledger waits for that.
  class Act {
   public:
    Act() = default;
    explicit Act(UniqueFd lock) : lock_(std::move(lock)) {}

   private:
    UniqueFd lock_;
  };
  /// Writes down what this process is about to make; what is there already is not written twice. Throws Error
  /// when another process has closed the ledger, Cancelled.
  [[nodiscard]] Act begin(const Holding& holding);
  /// It is gone, or could not be made.
  void end(const Holding& holding) noexcept;

  /// A process, living or not, that holds something.
  struct Holder {
    pid_t process = 0;
    std::string file;    ///< of its record, in the folder
    bool lives = false;  ///< the process itself, not another one that was given its number
    bool is_self = false;
    HoldingRecord record;
  };
  /// All of them, the first to have come first.
  std::vector<Holder> holders() const;
  /// A holding of another's is gone; with the last of a dead process its record goes, too.
  void strike(const Holder& holder, const Holding& holding) noexcept;

  /// While it lives no other process begins anything. What is being done by others is waited for, not longer
  /// than `patience`.
  class Closed {
   public:
    Closed(Ledger& ledger, std::chrono::milliseconds patience) noexcept;
    ~Closed();
    Closed(const Closed&) = delete;
    Closed& operator=(const Closed&) = delete;

   private:
    Ledger& ledger_;
  };

 private:
  std::string path(const std::string& file) const { return folder_ + "/" + file; }
  void write_own() noexcept;
  void write(const std::string& file, const HoldingRecord& record) noexcept;

  std::string folder_;
  std::string own_file_;
  HoldingRecord own_;
  UniqueFd closed_;  ///< the lock, while this process has closed the ledger
};

}  // namespace kboot
