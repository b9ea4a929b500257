#include "netfetch/tftp/reader.h"

#include <algorithm>

#include <strings.h>

#include "base/number.h"
#include "base/text.h"
#include "netfetch/transfer.h"

namespace kboot {
namespace {

using namespace std::chrono_literals;
using Again = TransferError::Again;

// RFC 1350, 5, and RFC 2347 for the last opcode and the last error.
constexpr std::uint16_t kReadRequest = 1;
constexpr std::uint16_t kData = 3;
constexpr std::uint16_t kAcknowledgement = 4;
constexpr std::uint16_t kError = 5;
constexpr std::uint16_t kOptionsTaken = 6;

constexpr std::uint16_t kUndefined = 0;
constexpr std::uint16_t kNotFound = 1;
constexpr std::uint16_t kAccessViolation = 2;
constexpr std::uint16_t kIllegalOperation = 4;
constexpr std::uint16_t kBadOptions = 8;

constexpr std::size_t kMaxRequest = 512;   // bytes: RFC 2347
constexpr std::size_t kPlainBlock = 512;   // bytes: RFC 1350
constexpr std::size_t kLargeBlock = 1448;  // the largest that fits an Ethernet frame, IPv6 included
constexpr std::size_t kLeastBlock = 8;     // RFC 2348
constexpr unsigned kLargeWindow = 64;      // blocks: fits the socket's buffer and a network card's ring
constexpr unsigned kSmallWindow = 8;       // blocks
constexpr std::string_view kServerTimeout = "1";            // seconds; the least that RFC 2349 has
constexpr std::string_view kServerMicroseconds = "250000";  // tftpd(8) of tftp-hpa
constexpr std::size_t kMaxReason = 60;                      // bytes of a server's own words that are shown

/// Blocks that may overtake another.
constexpr unsigned kReordered = 3;

constexpr TftpReader::Clock::duration kFirstTimeout = 500ms;
constexpr TftpReader::Clock::duration kShortestTimeout = 50ms;
constexpr TftpReader::Clock::duration kLongestTimeout = 2s;

void add_number(std::string& datagram, std::uint16_t number) {
  datagram += static_cast<char>(number >> 8U);
  datagram += static_cast<char>(number & 0xffU);
}

/// Takes it from the front of `datagram`, which has to be long enough.
std::uint16_t take_number(std::string_view& datagram) {
  const auto high = static_cast<unsigned char>(datagram[0]);
  const auto low = static_cast<unsigned char>(datagram[1]);
  datagram.remove_prefix(2);
  return static_cast<std::uint16_t>(high << 8U | low);
}

void add_string(std::string& datagram, std::string_view text) {
  datagram += text;
  datagram += '\0';
}

/// Takes what stands before the next NUL; none when there is no NUL.
std::optional<std::string_view> take_string(std::string_view& datagram) {
  const std::size_t end = datagram.find('\0');
  if (end == std::string_view::npos) return {};
  const std::string_view text = datagram.substr(0, end);
  datagram.remove_prefix(end + 1);
  return text;
}

bool is_option(std::string_view name, std::string_view wanted) {
  return name.size() == wanted.size() && strncasecmp(name.data(), wanted.data(), name.size()) == 0;
}

/// The value that the server put on an option which it was offered up to `most` of.
std::uint64_t agreed(std::string_view name, std::string_view value, std::uint64_t least, std::uint64_t most) {
  const auto number = whole_number(value);
  if (!number || *number < least || *number > most)
    fail_transfer(Again::never, "the server answers {} {} with {}", name, most,
                  printable_head(value, kMaxReason));
  return *number;
}

}  // namespace

TftpReader::TftpReader(std::string_view file, Consumer consumer)
    : file_(file),
      consumer_(std::move(consumer)),
      wanted_window_(kLargeWindow),
      block_size_(kPlainBlock),
      timeout_(kFirstTimeout),
      next_timeout_(kFirstTimeout) {
  if (file_.empty()) fail("there is no file name in it");
  if (file_.find('\0') != std::string::npos) fail("the file name holds a NUL byte");
  if (request().size() > kMaxRequest) fail("the file name is too long for TFTP");
}

void TftpReader::expect_little() {
  wanted_window_ = kSmallWindow;
}

std::string TftpReader::error_datagram(std::uint16_t code, std::string_view message) {
  std::string datagram;
  add_number(datagram, kError);
  add_number(datagram, code);
  add_string(datagram, message);
  return datagram;
}

std::string TftpReader::request() const {
  std::string datagram;
  add_number(datagram, kReadRequest);
  add_string(datagram, file_);
  add_string(datagram, "octet");
  if (!with_options_) return datagram;
  const auto add_option = [&](std::string_view name, std::string_view value) {
    add_string(datagram, name);
    add_string(datagram, value);
  };
  add_option("tsize", "0");
  add_option("blksize", std::to_string(kLargeBlock));
  add_option("windowsize", std::to_string(wanted_window_));
  // For a block that is lost without a later one to show it: the server's own timer is often five seconds.
  add_option("timeout", kServerTimeout);
  add_option("utimeout", kServerMicroseconds);
  return datagram;
}

std::string TftpReader::wake(Clock::time_point now) {
  if (now < wake_at_ || done()) return {};
  const bool is_first = wake_at_ == Clock::time_point();
  if (!is_first) next_timeout_ = std::min(next_timeout_ * 2, kLongestTimeout);
  wake_at_ = now + next_timeout_;
  std::string datagram = answered() ? acknowledge(now) : request();
  // What is sent twice measures nothing: which of the two is answered?
  measuring_since_ = is_first ? std::optional(now) : std::nullopt;
  return datagram;
}

std::string TftpReader::take(std::string_view datagram, Clock::time_point now) {
  constexpr std::size_t kHeader = 4;
  if (done() || datagram.size() < kHeader) return {};
  switch (const std::uint16_t opcode = take_number(datagram)) {
    case kOptionsTaken:
      return take_options(datagram, now);
    case kData:
    case kError: {
      const std::uint16_t number = take_number(datagram);
      return opcode == kData ? take_block(number, datagram, now) : take_error(number, datagram, now);
    }
    default:
      return {};
  }
}

void TftpReader::begin_reading(Clock::time_point now) {
  phase_ = Phase::reading;
  restart_timer(now);
}

/// Something new has come.
void TftpReader::restart_timer(Clock::time_point now) {
  if (measuring_since_) {
    const Clock::duration sample = now - *measuring_since_;
    measuring_since_.reset();
    variation_ = round_trip_ ? (variation_ * 3 + std::chrono::abs(*round_trip_ - sample)) / 4 : sample / 2;
    round_trip_ = round_trip_ ? (*round_trip_ * 7 + sample) / 8 : sample;
    timeout_ = std::clamp(*round_trip_ + variation_ * 4, kShortestTimeout, kLongestTimeout);
  }
  next_timeout_ = timeout_;
  wake_at_ = now + timeout_;
}

std::string TftpReader::acknowledge(Clock::time_point now) {
  acknowledged_ = next_ - 1;
  measuring_since_ = now;
  std::string datagram;
  add_number(datagram, kAcknowledgement);
  add_number(datagram, static_cast<std::uint16_t>(acknowledged_));
  return datagram;
}

std::string TftpReader::take_options(std::string_view options, Clock::time_point now) {
  // Its acknowledgement was lost, or is on its way: that is the timer's.
  if (answered() || !with_options_) return {};
  while (const auto name = take_string(options)) {
    const auto value = take_string(options);
    if (!value) break;
    if (is_option(*name, "blksize"))
      block_size_ = agreed("blksize", *value, kLeastBlock, kLargeBlock);
    else if (is_option(*name, "windowsize"))
      window_ = static_cast<unsigned>(agreed("windowsize", *value, 1, wanted_window_));
    else if (is_option(*name, "tsize"))
      size_ = whole_number(*value);
  }
  begin_reading(now);
  return acknowledge(now);
}

std::string TftpReader::take_block(std::uint16_t block, std::string_view contents, Clock::time_point now) {
  const auto ahead = static_cast<std::uint16_t>(block - static_cast<std::uint16_t>(next_));
  if (ahead != 0) {
    // Old ones are never answered, or each would be sent again and again (RFC 1123, 4.2.3.1).
    if (!answered() || ahead >= window_) return {};
    // Once it has been told, the rest of the window still comes; then the window again, from the gap on. When
    // that has begun, the block was lost once more.
    const bool comes_again = ahead + kReordered < gap_seen_to_;
    if (gap_seen_to_ != 0 && !comes_again) {
      gap_seen_to_ = std::max<unsigned>(gap_seen_to_, ahead);
      return {};
    }
    gap_seen_to_ = ahead;
    wake_at_ = now + next_timeout_;
    std::string datagram = acknowledge(now);
    measuring_since_.reset();
    return datagram;
  }
  if (contents.size() > block_size_)
    fail_transfer(Again::never, "the server sends {} bytes in a block of {}", contents.size(), block_size_);
  if (size_ && received_ + contents.size() > *size_)
    fail_transfer(Again::yes, "the server announced {} bytes and sends more", *size_);
  begin_reading(now);
  gap_seen_to_ = 0;
  ++next_;
  received_ += contents.size();
  consumer_(contents);
  const bool is_last = contents.size() < block_size_;
  if (is_last) phase_ = Phase::done;
  if (is_last && size_ && received_ != *size_)
    fail_transfer(Again::yes, "it ended after {} of {} bytes", received_, *size_);
  return is_last || next_ - 1 - acknowledged_ >= window_ ? acknowledge(now) : std::string();
}

std::string TftpReader::take_error(std::uint16_t code, std::string_view message, Clock::time_point now) {
  // Some servers know no options, and no better word for it.
  const bool may_be_options = code == kBadOptions || code == kUndefined || code == kIllegalOperation;
  if (!answered() && with_options_ && may_be_options) {
    with_options_ = false;
    wake_at_ = now + next_timeout_;
    return request();
  }
  const Again again = received_ > 0 ? Again::yes : Again::never;
  if (code == kNotFound && again == Again::never) throw NotOnServer("no such file on the server");
  if (code == kNotFound) fail_transfer(again, "no such file on the server");
  if (code == kAccessViolation) fail_transfer(again, "the server refuses access");
  const std::string_view reason = trim(message.substr(0, message.find('\0')));
  if (reason.empty()) fail_transfer(again, "the server ends it with TFTP error {}", code);
  fail_transfer(again, "the server says: {}", printable_head(reason, kMaxReason));
}

}  // namespace kboot
