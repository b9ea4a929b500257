#pragma once

#include <chrono>
#include <memory>
#include <vector>

namespace kboot {

class Transfer;

/// Transfers under way at the same time: those that move themselves on, and those of libcurl on a multi
/// handle, where what they leave behind (connections, names looked up, certificates read) is for the next
/// ones. curl_transfer_set.cc has both, plain_transfer_set.cc is for a kboot without libcurl.
class TransferSet {
 public:
  TransferSet();

  void start(Transfer& transfer);
  /// Ends it, wherever it is; nothing when it is not under way.
  void stop(Transfer& transfer) noexcept;

  /// Moves all on; waits up to `patience` when there is nothing to do. Returns those that have ended; they
  /// are no longer in the set. Throws Error, Cancelled.
  std::vector<Transfer*> work(std::chrono::milliseconds patience);

 private:
  struct Multi;
  struct Deleter {
    void operator()(Multi* multi) const noexcept;
  };
  /// Waits until something can be done, or for so long.
  void wait(std::chrono::milliseconds patience);

  std::unique_ptr<Multi, Deleter> multi_;
  std::vector<Transfer*> stepwise_;  ///< those that libcurl does not move
};

}  // namespace kboot
