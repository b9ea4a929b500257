#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "netfetch/transfer.h"

namespace kboot {

/// Transfers that are under way at the same time. CurlTransferSet moves those of libcurl (http, https and
/// ftp), PlainTransferSet knows http alone; TFTP is part of both.
class TransferSet {
 public:
  TransferSet() = default;
  virtual ~TransferSet() = default;
  TransferSet(const TransferSet&) = delete;
  TransferSet& operator=(const TransferSet&) = delete;

  /// An attempt to get a file, by the URL's scheme, for start(). `options` must outlive it.
  std::unique_ptr<Transfer> make(const Url& url, const FetchOptions& options, const ServerAccess& access,
                                 Transfer::Consumer consumer);

  /// Only for what make() gave.
  virtual void start(Transfer& transfer) = 0;
  /// Ends it, wherever it is; nothing when it is not under way.
  virtual void stop(Transfer& transfer) noexcept = 0;

  /// Moves all on; waits up to `patience` when there is nothing to do. Returns those that have ended; they
  /// are no longer in the set. Throws Error, Cancelled.
  virtual std::vector<Transfer*> work(std::chrono::milliseconds patience) = 0;

 private:
  /// For all protocols that have no class of their own.
  virtual std::unique_ptr<Transfer> make_web(const Url& url, const FetchOptions& options,
                                             const ServerAccess& access, Transfer::Consumer consumer) = 0;
};

}  // namespace kboot
