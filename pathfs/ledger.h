#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "base/unique_fd.h"
#include "pathfs/holding.h"

namespace kboot {

/// What each kboot process of this machine holds, written down before the process does what it says. So
/// another process can take down what one holds that is about to lose the machine, or was killed. The real
/// one is FileLedger; AbsentLedger keeps nothing.
class Ledger {
 public:
  Ledger() = default;
  virtual ~Ledger() = default;
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

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
  [[nodiscard]] virtual Act begin(const Holding& holding) = 0;
  /// It is gone, or could not be made.
  virtual void end(const Holding& holding) noexcept = 0;

  /// A process, living or not, that holds something.
  struct Holder {
    pid_t process = 0;
    std::string file;    ///< of its record, in the folder
    bool lives = false;  ///< the process itself, not another one that was given its number
    bool is_self = false;
    HoldingRecord record;
  };
  /// All of them, the first to have come first.
  virtual std::vector<Holder> holders() const = 0;
  /// A holding of another's is gone; with the last of a dead process its record goes, too.
  virtual void strike(const Holder& holder, const Holding& holding) noexcept = 0;

  /// While it lives no other process begins anything. What is being done by others is waited for, not longer
  /// than `patience`.
  class Closed {
   public:
    Closed(Ledger& ledger, std::chrono::milliseconds patience) noexcept : ledger_(ledger) {
      ledger_.close(patience);
    }
    ~Closed() { ledger_.open(); }
    Closed(const Closed&) = delete;
    Closed& operator=(const Closed&) = delete;

   private:
    Ledger& ledger_;
  };

 private:
  virtual void close(std::chrono::milliseconds patience) noexcept = 0;
  virtual void open() noexcept = 0;
};

/// This machine's, in the kboot that this is (chosen.cc). `console` is what the others call this process.
std::unique_ptr<Ledger> make_ledger(const std::string& console);

}  // namespace kboot
