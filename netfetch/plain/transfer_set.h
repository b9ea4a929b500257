#pragma once

#include <memory>
#include <vector>

#include "netfetch/transfer_set.h"

namespace kboot {

/// All move themselves on.
class PlainTransferSet final : public TransferSet {
 public:
  void start(Transfer& transfer) override;
  void stop(Transfer& transfer) noexcept override;
  std::vector<Transfer*> work(std::chrono::milliseconds patience) override;

 private:
  std::unique_ptr<Transfer> make_web(const Url& url, const FetchOptions& options, const ServerAccess& access,
                                     Transfer::Consumer consumer) override;
  /// Waits until something can be done, or for so long.
  void wait(std::chrono::milliseconds patience) const;

  std::vector<Transfer*> under_way_;
};

}  // namespace kboot
