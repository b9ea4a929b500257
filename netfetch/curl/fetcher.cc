#include "netfetch/curl/fetcher.h"

#include <memory>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "netfetch/curl/transfer.h"
#include "netfetch/curl/transfer_set.h"

namespace kboot {

CurlFetcher::CurlFetcher(TlsFiles tls) : ServerFetcher(std::make_unique<CurlTransferSet>(), std::move(tls)) {}

void CurlFetcher::upload(const Url& url, std::string_view contents, const FetchOptions& options) {
  if (url.scheme() == "tftp") fail("nothing is sent by tftp: only by http, https and ftp");
  const auto send = [&](CurlTransfer::Method method) {
    // What the server has to say about it is of no interest.
    CurlTransfer transfer(url, options, access(), [](std::string_view) { return true; });
    transfer.send(contents, method);
    try {
      run(transfer);
    } catch (const TransferError&) {
      if (method != CurlTransfer::Method::put || !transfer.refuses_method()) throw;
      return false;
    }
    return true;
  };
  if (!send(CurlTransfer::Method::put)) send(CurlTransfer::Method::post);
  log_info("sent {} bytes to {}", contents.size(), url.redacted());
}

std::int64_t CurlFetcher::server_time(const Url& url, const FetchOptions& options) {
  CurlTransfer transfer(url, options, access(), [](std::string_view) { return true; });
  transfer.ask_for_date();
  run(transfer);
  const auto date = transfer.date();
  if (!date) fail("the server does not say what time it is");
  return *date;
}

}  // namespace kboot
