#pragma once

#include <memory>
#include <string>
#include <vector>

#include "netfetch/fetcher.h"
#include "netfetch/transfer.h"
#include "netfetch/transfer_set.h"

namespace kboot {

/// What the real Fetchers have in common: downloads of all protocols, which a TransferSet speaks.
class ServerFetcher : public Fetcher {
 public:
  std::vector<MemoryFile> fetch_all(const std::vector<FetchRequest>& requests) override;
  UrlFacts probe(const Url& url, std::size_t head_bytes, const FetchOptions& options) override;
  void set_proxy(const std::string& proxy, const std::string& except) override;

 protected:
  ServerFetcher(std::unique_ptr<TransferSet> transfers, TlsFiles tls);
  const ServerAccess& access() const { return access_; }
  /// Runs one transfer, once. Throws Error, Cancelled.
  void run(Transfer& transfer);

 private:
  ServerAccess access_;
  std::unique_ptr<TransferSet> transfers_;
};

/// A CurlFetcher, or a PlainFetcher where libcurl was left out.
std::unique_ptr<Fetcher> make_fetcher(TlsFiles tls = {});

}  // namespace kboot
