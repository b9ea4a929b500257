#include "netfetch/download.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "base/scope_exit.h"
#include "base/text.h"
#include "netfetch/free_memory.h"

namespace kboot {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kProgressInterval(100);
/// Bytes that make an attempt worth the while: a server that lets go after each few would be asked for ever.
constexpr std::uint64_t kWorthwhile = 64 << 10U;
/// Bytes between two looks at how much memory is left.
constexpr std::uint64_t kMemoryLook = std::uint64_t{8} << 20;

[[noreturn]] void fail_too_long(std::uint64_t room) {
  fail("too long: there is room for {}", human_size(room));
}

}  // namespace

Download::Download(const FetchRequest& request, const ServerAccess& access, TransferSet& transfers)
    : request_(request),
      access_(access),
      transfers_(transfers),
      file_(request.url.file_name()),
      next_attempt_(Deadline::in(milliseconds(0))),
      give_up_(Deadline::in(request.options.retry_deadline)),
      overall_(Deadline::in(request.options.overall_deadline)),
      next_progress_(Deadline::in(milliseconds(0))) {
  if (request.url.sha256()) digest_.emplace();
}

std::uint64_t Download::missing() const {
  return !done_ && size_ && *size_ > file_.size() ? *size_ - file_.size() : 0;
}

milliseconds Download::until_next_attempt() const {
  return done_ || attempt_ ? milliseconds::max() : next_attempt_.remaining();
}

void Download::tick() {
  if (done_) return;
  if (overall_.expired())
    fail("not done within {} minutes, after {}", request_.options.overall_deadline.count(),
         human_size(file_.size()));
  show_progress();
  if (attempt_ || !next_attempt_.expired()) return;

  has_begun_ = false;
  attempt_ = transfers_.make(request_.url, request_.options, access_,
                             [this](std::string_view bytes) { return take_bytes(bytes); });
  const std::uint64_t limit = request_.options.size_limit;
  attempt_->set_size_limit(limit != 0 ? limit : file_.size() + free_memory());
  // What cannot be told from another state of the file is not put together with it.
  if (file_.size() > 0 && !version_.empty() && !sends_other_parts_)
    attempt_->ask_for_rest(file_.size(), version_);
  transfers_.start(*attempt_);
}

/// The first bytes of an attempt have come: do they follow those that are there?
void Download::begin_contents() {
  has_begun_ = true;
  const bool follows =
      file_.size() > 0 && attempt_->offset() == file_.size() && attempt_->version() == version_;
  if (!follows) {
    const bool asked_for_part = file_.size() > 0;
    if (asked_for_part) log_info("{}: from the beginning again", request_.url.redacted());
    file_.clear();
    looked_at_memory_ = 0;
    if (digest_) digest_.emplace();
    version_ = attempt_->version();
    if (attempt_->offset() != 0) refuse_part(asked_for_part);
  }
  size_ = attempt_->size();
  if (const std::uint64_t room = free_memory(); missing() > room) fail_too_long(file_.size() + room);
}

/// What came is not the file's beginning, nor for sure what follows the bytes that were there.
void Download::refuse_part(bool asked_for_part) {
  if (!asked_for_part || sends_other_parts_) fail("the server sends another part than it was asked for");
  sends_other_parts_ = true;
  fail_transfer(TransferError::Again::yes, "the rest that the server sends may be another file's");
}

bool Download::take_bytes(std::string_view bytes) {
  if (!has_begun_) begin_contents();
  const std::uint64_t limit = request_.options.size_limit;
  if (limit != 0 && file_.size() + bytes.size() > limit) fail_too_long(limit);
  if (file_.size() - looked_at_memory_ >= kMemoryLook) {
    looked_at_memory_ = file_.size();
    if (free_memory() < kMemoryLook) fail_too_long(file_.size());
  }
  file_.append(bytes);
  if (digest_) digest_->add(bytes);
  return true;
}

void Download::end_attempt() noexcept {
  if (!attempt_) return;
  transfers_.stop(*attempt_);
  attempt_.reset();
}

void Download::attempt_ended() {
  const ScopeExit end([this]() noexcept { end_attempt(); });
  try {
    attempt_->finish();
    // An empty file has no first bytes.
    if (!has_begun_) begin_contents();
  } catch (const TransferError& error) {
    if (!try_again_later(error)) throw;
    return;
  }
  complete();
}

bool Download::try_again_later(const TransferError& error) {
  using Again = TransferError::Again;
  if (file_.size() >= furthest_ + kWorthwhile) {
    furthest_ = file_.size();
    give_up_ = Deadline::in(request_.options.retry_deadline);
    pauses_.reset();
  }
  const milliseconds pause = pauses_.next();
  const bool may_help =
      error.again() == Again::yes || (error.again() == Again::once_begun && file_.size() > 0);
  if (!may_help || pause >= give_up_.remaining()) return false;
  next_attempt_ = Deadline::in(pause);
  const std::string message = fmt::format("{}; trying again", error.what());
  log_warning("{}: {}", request_.url.redacted(), message);
  if (request_.options.notice) request_.options.notice(message);
  return true;
}

void Download::complete() {
  if (digest_) {
    if (const std::string found = digest_->hex(); found != *request_.url.sha256())
      fail("refused: its SHA-256 is {}, not {}", found, *request_.url.sha256());
  }
  if (request_.options.sealed) file_.seal();
  log_info("fetched {}: {} bytes", request_.url.redacted(), file_.size());
  if (request_.check) request_.check(file_.fd());
  done_ = true;
  // Of others that come at the same time, too, the sum is shown: this one's part is never late.
  if (request_.options.progress) request_.options.progress({file_.size(), file_.size()});
}

void Download::show_progress() {
  if (!request_.options.progress || !next_progress_.expired()) return;
  next_progress_ = Deadline::in(kProgressInterval);
  request_.options.progress({file_.size(), size_});
}

}  // namespace kboot
