#include "netfetch/plain/fetcher.h"

#include <catch2/catch.hpp>

using namespace kboot;  // NOLINT(google-build-using-namespace)

TEST_CASE("plain fetcher: what only libcurl does is said to be left out") {
  PlainFetcher fetcher;
  const Url url = Url::parse("http://server/k");
  CHECK_THROWS_WITH(fetcher.upload(url, "text", {}), "sending to a server: left out of this kboot");
  CHECK_THROWS_WITH(fetcher.server_time(url, {}), "https: left out of this kboot");
}
