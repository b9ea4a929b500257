#include "netfetch/plain/transfer_set.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/error.h"
#include "base/interrupt.h"
#include "netfetch/plain/http_transfer.h"

namespace kboot {

std::unique_ptr<Transfer> PlainTransferSet::make_web(const Url& url, const FetchOptions& options,
                                                     const ServerAccess& /*access*/,
                                                     Transfer::Consumer consumer) {
  return std::make_unique<HttpTransfer>(url, options, std::move(consumer));
}

void PlainTransferSet::start(Transfer& transfer) {
  under_way_.push_back(&transfer);
}

void PlainTransferSet::stop(Transfer& transfer) noexcept {
  std::erase(under_way_, &transfer);
}

std::vector<Transfer*> PlainTransferSet::work(std::chrono::milliseconds patience) {
  std::vector<Transfer*> ended;
  for (bool waited = false; ended.empty(); waited = true) {
    for (Transfer* transfer : under_way_)
      if (transfer->step()) ended.push_back(transfer);
    Interrupt::throw_if_requested();
    if (waited) break;
    if (ended.empty()) wait(patience);
  }
  for (Transfer* transfer : ended) stop(*transfer);
  return ended;
}

void PlainTransferSet::wait(std::chrono::milliseconds patience) const {
  std::vector<pollfd> awaited = {{Interrupt::fd(), POLLIN, 0}};  // -1 is passed over
  for (const Transfer* transfer : under_way_) {
    for (const pollfd& one : transfer->awaited()) awaited.push_back(one);
    patience = std::min(patience, transfer->until_next_step());
  }
  if (::poll(awaited.data(), awaited.size(), static_cast<int>(patience.count())) < 0 && errno != EINTR)
    fail_errno(errno, "poll");
  Interrupt::throw_if_requested();
}

}  // namespace kboot
