#include "base/error.h"
#include "netfetch/curl_fetcher.h"

namespace kboot {

void CurlFetcher::upload(const Url& /*url*/, std::string_view /*contents*/, const FetchOptions& /*options*/) {
  fail("sending to a server: left out of this kboot");
}

std::int64_t CurlFetcher::server_time(const Url& /*url*/, const FetchOptions& /*options*/) {
  fail("https: left out of this kboot");
}

}  // namespace kboot
