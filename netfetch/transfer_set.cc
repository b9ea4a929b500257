#include "netfetch/transfer_set.h"

#include <new>

#include "base/error.h"
#include "base/interrupt.h"
#include "netfetch/transfer.h"

namespace kboot {
namespace {

void require(CURLMcode code) {
  if (code == CURLM_OUT_OF_MEMORY) throw std::bad_alloc();
  if (code != CURLM_OK) fail("libcurl: {}", curl_multi_strerror(code));
}

}  // namespace

TransferSet::TransferSet() : multi_(curl_multi_init()) {
  if (!multi_) throw std::bad_alloc();
}

void TransferSet::start(Transfer& transfer) {
  require(curl_multi_add_handle(multi_.get(), transfer.handle()));
}

void TransferSet::stop(Transfer& transfer) noexcept {
  curl_multi_remove_handle(multi_.get(), transfer.handle());
}

std::vector<std::pair<Transfer*, CURLcode>> TransferSet::work(std::chrono::milliseconds patience) {
  std::vector<std::pair<Transfer*, CURLcode>> ended;
  for (bool waited = false; ended.empty(); waited = true) {
    int running = 0;
    require(curl_multi_perform(multi_.get(), &running));
    Interrupt::throw_if_requested();
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      Transfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      ended.emplace_back(transfer, message->data.result);
    }
    if (waited) break;
    if (!ended.empty()) continue;

    curl_waitfd interrupt{Interrupt::fd(), CURL_WAIT_POLLIN, 0};
    const unsigned extra = interrupt.fd >= 0 ? 1 : 0;
    require(curl_multi_poll(multi_.get(), &interrupt, extra, static_cast<int>(patience.count()), nullptr));
    Interrupt::throw_if_requested();
  }
  for (const auto& [transfer, code] : ended) stop(*transfer);
  return ended;
}

}  // namespace kboot
