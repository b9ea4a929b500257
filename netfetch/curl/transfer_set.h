#pragma once

#include <memory>
#include <vector>

#include <curl/curl.h>

#include "netfetch/transfer_set.h"

namespace kboot {

/// Those of libcurl are on a multi handle, where what they leave behind (connections, names looked up,
/// certificates read) is for the next ones; others move themselves on.
class CurlTransferSet final : public TransferSet {
 public:
  CurlTransferSet();

  void start(Transfer& transfer) override;
  void stop(Transfer& transfer) noexcept override;
  std::vector<Transfer*> work(std::chrono::milliseconds patience) override;

 private:
  struct Deleter {
    void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
  };
  std::unique_ptr<Transfer> make_web(const Url& url, const FetchOptions& options, const ServerAccess& access,
                                     Transfer::Consumer consumer) override;
  /// Waits until something can be done, or for so long.
  void wait(std::chrono::milliseconds patience);

  std::unique_ptr<CURLM, Deleter> multi_;
  std::vector<Transfer*> stepwise_;  ///< those that libcurl does not move
};

}  // namespace kboot
