#include "netfetch/transfer_set.h"

#include <utility>

#include "netfetch/tftp/transfer.h"

namespace kboot {

std::unique_ptr<Transfer> TransferSet::make(const Url& url, const FetchOptions& options,
                                            const ServerAccess& access, Transfer::Consumer consumer) {
  if (url.scheme() == "tftp") return std::make_unique<TftpTransfer>(url, options, std::move(consumer));
  return make_web(url, options, access, std::move(consumer));
}

}  // namespace kboot
