#pragma once

#include "netfetch/server_fetcher.h"

namespace kboot {

/// Gets files by http and tftp with no library, and sends none.
class PlainFetcher final : public ServerFetcher {
 public:
  PlainFetcher();

  void upload(const Url& url, std::string_view contents, const FetchOptions& options) override;
  std::int64_t server_time(const Url& url, const FetchOptions& options) override;
};

}  // namespace kboot
