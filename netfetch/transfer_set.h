#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include <curl/curl.h>

namespace kboot {

class Transfer;

/// Transfers under way at the same time: those of libcurl on a multi handle, where what they leave behind
/// (connections, names looked up, certificates read) is for the next ones, and those that move themselves on.
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
  struct Deleter {
    void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
  };
  /// Waits until something can be done, or for so long.
  void wait(std::chrono::milliseconds patience);

  std::unique_ptr<CURLM, Deleter> multi_;
  std::vector<Transfer*> stepwise_;  ///< those without a libcurl handle
};

}  // namespace kboot
