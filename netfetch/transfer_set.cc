#include "netfetch/transfer_set.h"

#include <algorithm>
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
  if (CURL* handle = transfer.handle())
    require(curl_multi_add_handle(multi_.get(), handle));
  else
    stepwise_.push_back(&transfer);
}

void TransferSet::stop(Transfer& transfer) noexcept {
  if (CURL* handle = transfer.handle()) curl_multi_remove_handle(multi_.get(), handle);
  std::erase(stepwise_, &transfer);
}

std::vector<Transfer*> TransferSet::work(std::chrono::milliseconds patience) {
  std::vector<Transfer*> ended;
  for (bool waited = false; ended.empty(); waited = true) {
    int running = 0;
    require(curl_multi_perform(multi_.get(), &running));
    for (Transfer* transfer : stepwise_)
      if (transfer->step()) ended.push_back(transfer);
    Interrupt::throw_if_requested();
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      Transfer* transfer = nullptr;
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

void TransferSet::wait(std::chrono::milliseconds patience) {
  std::vector<curl_waitfd> awaited;
  if (Interrupt::fd() >= 0) awaited.push_back({Interrupt::fd(), CURL_WAIT_POLLIN, 0});
  for (const Transfer* transfer : stepwise_) {
    for (const int fd : transfer->descriptors()) awaited.push_back({fd, CURL_WAIT_POLLIN, 0});
    patience = std::min(patience, transfer->until_next_step());
  }
  require(curl_multi_poll(multi_.get(), awaited.data(), static_cast<unsigned>(awaited.size()),
                          static_cast<int>(patience.count()), nullptr));
  Interrupt::throw_if_requested();
}

}  // namespace kboot
