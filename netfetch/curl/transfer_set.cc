#include "netfetch/curl/transfer_set.h"

#include <algorithm>
#include <new>
#include <utility>

#include "base/error.h"
#include "base/interrupt.h"
#include "netfetch/curl/transfer.h"

namespace kboot {
namespace {

void require(CURLMcode code) {
  if (code == CURLM_OUT_OF_MEMORY) throw std::bad_alloc();
  if (code != CURLM_OK) fail("libcurl: {}", curl_multi_strerror(code));
}

CURLM* make_multi() {
  // Once per process: curl_global_init() is not safe beside other threads, and cleaning up at exit would race
  // with them.
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised != CURLE_OK) fail("libcurl: {}", curl_easy_strerror(initialised));
  CURLM* multi = curl_multi_init();
  if (multi == nullptr) throw std::bad_alloc();
  return multi;
}

}  // namespace

CurlTransferSet::CurlTransferSet() : multi_(make_multi()) {}

std::unique_ptr<Transfer> CurlTransferSet::make_web(const Url& url, const FetchOptions& options,
                                                    const ServerAccess& access, Transfer::Consumer consumer) {
  return std::make_unique<CurlTransfer>(url, options, access, std::move(consumer));
}

void CurlTransferSet::start(Transfer& transfer) {
  if (const auto* of_curl = dynamic_cast<CurlTransfer*>(&transfer))
    require(curl_multi_add_handle(multi_.get(), of_curl->handle()));
  else
    stepwise_.push_back(&transfer);
}

void CurlTransferSet::stop(Transfer& transfer) noexcept {
  if (const auto* of_curl = dynamic_cast<CurlTransfer*>(&transfer))
    curl_multi_remove_handle(multi_.get(), of_curl->handle());
  std::erase(stepwise_, &transfer);
}

std::vector<Transfer*> CurlTransferSet::work(std::chrono::milliseconds patience) {
  std::vector<Transfer*> ended;
  for (bool waited = false; ended.empty(); waited = true) {
    int running = 0;
    require(curl_multi_perform(multi_.get(), &running));
    for (Transfer* transfer : stepwise_)
      if (transfer->step()) ended.push_back(transfer);
    Interrupt::throw_if_requested();
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      CurlTransfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      transfer->ended(message->data.result);
      ended.push_back(transfer);
    }
    if (waited) break;
    if (ended.empty()) wait(patience);
  }
  for (Transfer* transfer : ended) stop(*transfer);
  return ended;
}

void CurlTransferSet::wait(std::chrono::milliseconds patience) {
  // curl's own constants are those of poll(2).
  static_assert(CURL_WAIT_POLLIN == POLLIN && CURL_WAIT_POLLOUT == POLLOUT);
  std::vector<curl_waitfd> awaited;
  if (Interrupt::fd() >= 0) awaited.push_back({Interrupt::fd(), CURL_WAIT_POLLIN, 0});
  for (const Transfer* transfer : stepwise_) {
    for (const pollfd& one : transfer->awaited()) awaited.push_back({one.fd, one.events, 0});
    patience = std::min(patience, transfer->until_next_step());
  }
  require(curl_multi_poll(multi_.get(), awaited.data(), static_cast<unsigned>(awaited.size()),
                          static_cast<int>(patience.count()), nullptr));
  Interrupt::throw_if_requested();
}

}  // namespace kboot
