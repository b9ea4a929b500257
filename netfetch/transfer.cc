#include "netfetch/transfer.h"

#include "base/text.h"
#include "netfetch/tftp_transfer.h"

namespace kboot {

void fail_unanswered_lookup(std::string_view host) {
  fail_transfer(TransferError::Again::yes, "no answer to the look-up of {}", printable(host));
}

void fail_standing_still(std::string_view peer, bool trickles, const FetchOptions& options,
                         std::uint64_t received) {
  fail_transfer(TransferError::Again::yes, "{} sent {} for {} seconds, after {}", peer,
                trickles ? fmt::format("less than {} a second", human_size(kLeastRate)) : "nothing",
                options.stall_deadline.count(), human_size(received));
}

std::unique_ptr<Transfer> Transfer::make(const Url& url, const FetchOptions& options,
                                         const ServerAccess& access, Consumer consumer) {
  if (url.scheme() == "tftp") return std::make_unique<TftpTransfer>(url, options, std::move(consumer));
  return make_web_transfer(url, options, access, std::move(consumer));
}

}  // namespace kboot
