#include "netfetch/transfer.h"

#include "base/text.h"

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

}  // namespace kboot
