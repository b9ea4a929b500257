#pragma once

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include <curl/curl.h>

namespace kboot {

class Transfer;

/// Transfers under way at the same time, on a curl multi handle. What they leave behind (connections, names
/// looked up, certificates read) the next ones find.
class TransferSet {
 public:
  TransferSet();

  void start(Transfer& transfer);
  /// Ends it, wherever it is; nothing when it is not under way.
  void stop(Transfer& transfer) noexcept;

  /// Moves all on; waits up to `patience` when there is nothing to do. Returns those that have ended, and
  /// how; they are no longer in the set. Throws Error, Cancelled.
  std::vector<std::pair<Transfer*, CURLcode>> work(std::chrono::milliseconds patience);

 private:
  struct Deleter {
    void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
  };
  std::unique_ptr<CURLM, Deleter> multi_;
};

}  // namespace kboot
