#pragma once

#include "netfetch/server_fetcher.h"

namespace kboot {

/// On libcurl, which sends files and knows https, too. Only this folder includes it.
class CurlFetcher final : public ServerFetcher {
 public:
  explicit CurlFetcher(TlsFiles tls = {});

  void upload(const Url& url, std::string_view contents, const FetchOptions& options) override;
  std::int64_t server_time(const Url& url, const FetchOptions& options) override;
};

}  // namespace kboot
