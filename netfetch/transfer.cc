#include "netfetch/transfer.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace kboot {
namespace {

/// RFC 9110, 15.5.5 and 15.5.11.
constexpr std::array kGone = {404, 410};
/// Those after which a person would try again: the server is overloaded, or what stands behind it is not
/// there yet (RFC 9110, 15.5.9 and 15.6; RFC 6585, 4).
constexpr std::array kPassing = {408, 429, 500, 502, 503, 504};

template <std::size_t size>
bool is_one_of(const std::array<int, size>& statuses, long status) {
  return std::find(statuses.begin(), statuses.end(), status) != statuses.end();
}

}  // namespace

void fail_unanswered_lookup(std::string_view host) {
  fail_transfer(TransferError::Again::yes, "no answer to the look-up of {}", printable(host));
}

void fail_http_status(long status, const std::string& reason) {
  using Again = TransferError::Again;
  if (is_one_of(kGone, status)) throw NotOnServer(reason);
  throw TransferError(reason, is_one_of(kPassing, status) ? Again::yes : Again::never);
}

void fail_standing_still(std::string_view peer, bool trickles, const FetchOptions& options,
                         std::uint64_t received) {
  fail_transfer(TransferError::Again::yes, "{} sent {} for {} seconds, after {}", peer,
                trickles ? fmt::format("less than {} a second", human_size(kLeastRate)) : "nothing",
                options.stall_deadline.count(), human_size(received));
}

}  // namespace kboot
