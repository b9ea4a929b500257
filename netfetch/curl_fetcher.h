#pragma once

#include "netfetch/fetcher.h"

namespace kboot {

/// The real Fetcher, on libcurl (only curl_fetcher.cc and url.cc include it).
class CurlFetcher final : public Fetcher {
 public:
  CurlFetcher();
  ~CurlFetcher() override;
  CurlFetcher(const CurlFetcher&) = delete;
  CurlFetcher& operator=(const CurlFetcher&) = delete;

  MemoryFile fetch(const Url& url, const FetchOptions& options) override;
  UrlFacts probe(const Url& url, std::size_t head_bytes, const FetchOptions& options) override;
};

}  // namespace kboot
