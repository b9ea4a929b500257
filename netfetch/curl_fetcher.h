#pragma once

#include "netfetch/fetcher.h"
#include "netfetch/transfer.h"
#include "netfetch/transfer_set.h"

namespace kboot {

/// The real Fetcher: on libcurl (only netfetch/ includes it), or on what a kboot for floppies has in its
/// place.
class CurlFetcher final : public Fetcher {
 public:
  explicit CurlFetcher(TlsFiles tls = {});

  std::vector<MemoryFile> fetch_all(const std::vector<FetchRequest>& requests) override;
  UrlFacts probe(const Url& url, std::size_t head_bytes, const FetchOptions& options) override;
  void upload(const Url& url, std::string_view contents, const FetchOptions& options) override;
  std::int64_t server_time(const Url& url, const FetchOptions& options) override;
  void set_proxy(const std::string& proxy, const std::string& except) override;

 private:
  /// Runs one transfer, once. Throws Error, Cancelled.
  void run(Transfer& transfer);

  ServerAccess access_;
  TransferSet transfers_;
};

}  // namespace kboot
