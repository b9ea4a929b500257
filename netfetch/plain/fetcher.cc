#include "netfetch/plain/fetcher.h"

#include <memory>

#include "base/error.h"
#include "netfetch/plain/transfer_set.h"

namespace kboot {

PlainFetcher::PlainFetcher() : ServerFetcher(std::make_unique<PlainTransferSet>(), {}) {}

void PlainFetcher::upload(const Url& /*url*/, std::string_view /*contents*/,
                          const FetchOptions& /*options*/) {
  fail("sending to a server: left out of this kboot");
}

std::int64_t PlainFetcher::server_time(const Url& /*url*/, const FetchOptions& /*options*/) {
  fail("https: left out of this kboot");
}

}  // namespace kboot
