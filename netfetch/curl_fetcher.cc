#include "netfetch/curl_fetcher.h"

#include <algorithm>

#include <curl/curl.h>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "netfetch/free_memory.h"
#include "netfetch/transfer.h"

namespace kboot {

CurlFetcher::CurlFetcher() {
  // Once per process: curl_global_init() is not safe beside other threads, and cleaning up at exit would race
  // with them.
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised != CURLE_OK) fail("libcurl: {}", curl_easy_strerror(initialised));
}

CurlFetcher::~CurlFetcher() = default;

MemoryFile CurlFetcher::fetch(const Url& url, const FetchOptions& options) {
  const std::uint64_t limit = options.size_limit != 0 ? options.size_limit : free_memory();
  MemoryFile file(url.file_name());
  Transfer transfer(url, options, [&](std::string_view bytes) {
    if (file.size() + bytes.size() > limit) fail("too long: there is room for {}", human_size(limit));
    file.append(bytes);
    return true;
  });
  transfer.set_size_limit(limit);
  log_info("fetching {}", url.redacted());
  transfer.run();
  log_info("fetched {}: {} bytes", url.redacted(), file.size());
  file.seal();
  return file;
}

UrlFacts CurlFetcher::probe(const Url& url, std::size_t head_bytes, const FetchOptions& options) {
  UrlFacts facts;
  Transfer transfer(url, options, [&](std::string_view bytes) {
    facts.head.append(bytes.substr(0, head_bytes - facts.head.size()));
    return facts.head.size() < head_bytes;
  });
  transfer.ask_for_head(head_bytes);
  transfer.run();
  facts.size = transfer.size();
  return facts;
}

}  // namespace kboot
