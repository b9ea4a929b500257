#include <algorithm>
#include <cerrno>

#include "base/error.h"
#include "base/interrupt.h"
#include "netfetch/transfer.h"
#include "netfetch/transfer_set.h"

namespace kboot {

struct TransferSet::Multi {};

void TransferSet::Deleter::operator()(Multi* multi) const noexcept {
  delete multi;
}

TransferSet::TransferSet() = default;

void TransferSet::start(Transfer& transfer) {
  stepwise_.push_back(&transfer);
}

void TransferSet::stop(Transfer& transfer) noexcept {
  std::erase(stepwise_, &transfer);
}

std::vector<Transfer*> TransferSet::work(std::chrono::milliseconds patience) {
  std::vector<Transfer*> ended;
  for (bool waited = false; ended.empty(); waited = true) {
    for (Transfer* transfer : stepwise_)
      if (transfer->step()) ended.push_back(transfer);
    Interrupt::throw_if_requested();
    if (waited) break;
    if (ended.empty()) wait(patience);
  }
  for (Transfer* transfer : ended) stop(*transfer);
  return ended;
}

void TransferSet::wait(std::chrono::milliseconds patience) {
  std::vector<pollfd> awaited = {{Interrupt::fd(), POLLIN, 0}};  // -1 is passed over
  for (const Transfer* transfer : stepwise_) {
    for (const pollfd& one : transfer->awaited()) awaited.push_back(one);
    patience = std::min(patience, transfer->until_next_step());
  }
  if (::poll(awaited.data(), awaited.size(), static_cast<int>(patience.count())) < 0 && errno != EINTR)
    fail_errno(errno, "poll");
  Interrupt::throw_if_requested();
}

}  // namespace kboot
