#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace kboot {

/// The reading side of one TFTP transfer (RFC 1350) with the options blksize, tsize and timeout (RFC 2348,
/// 2349), windowsize (RFC 7440) and tftpd-hpa's utimeout. It knows neither sockets nor a clock: it is given
/// datagrams and the time, and says what to send and when it wants to be woken.
///
/// libcurl's TFTP sends one block a round trip and waits a second for each that is lost. Here the server
/// sends a window of blocks for one acknowledgement, a gap is told at once, and the timer follows the round
/// trips.
class TftpReader {
 public:
  using Clock = std::chrono::steady_clock;
  using Consumer = std::function<void(std::string_view bytes)>;

  /// Throws Error when `file` cannot be the name of one in TFTP.
  TftpReader(std::string_view file, Consumer consumer);

  /// Before the first wake(): does with few blocks a window, for somebody who wants only the beginning.
  void expect_little();

  /// Returns what has to be sent because of the time: the request at first, what was sent last when nothing
  /// came in answer; empty when there is nothing.
  std::string wake(Clock::time_point now);
  Clock::time_point wake_at() const { return wake_at_; }

  /// Takes a datagram from the server; returns what has to be sent, empty for nothing. Hands contents to the
  /// consumer. What makes no sense is passed over, as everybody can send it. Throws TransferError when the
  /// server refuses, or breaks what was agreed.
  std::string take(std::string_view datagram, Clock::time_point now);

  /// Whether the server has begun to answer.
  bool answered() const { return phase_ != Phase::requesting; }
  /// Whether the last block has come.
  bool done() const { return phase_ == Phase::done; }
  /// Of the whole file, in bytes, when the server said.
  std::optional<std::uint64_t> size() const { return size_; }
  /// Contents so far, in bytes.
  std::uint64_t received() const { return received_; }

  /// A datagram that ends a transfer at the other side; `code` is one of RFC 1350's.
  static std::string error_datagram(std::uint16_t code, std::string_view message);

 private:
  enum class Phase { requesting, reading, done };

  std::string request() const;
  std::string take_block(std::uint16_t block, std::string_view contents, Clock::time_point now);
  std::string take_options(std::string_view options, Clock::time_point now);
  std::string take_error(std::uint16_t code, std::string_view message, Clock::time_point now);
  std::string acknowledge(Clock::time_point now);
  void begin_reading(Clock::time_point now);
  void restart_timer(Clock::time_point now);

  const std::string file_;
  Consumer consumer_;
  Phase phase_ = Phase::requesting;
  bool with_options_ = true;
  unsigned wanted_window_;
  unsigned window_ = 1;  ///< blocks the server sends for one acknowledgement
  std::size_t block_size_;
  std::uint64_t next_ = 1;          ///< the block that is to come; on the wire its low 16 bits
  std::uint64_t acknowledged_ = 0;  ///< the last block that was acknowledged
  unsigned gap_seen_to_ = 0;  ///< how far behind next_, of which was told that it is lost, blocks have come
  std::optional<std::uint64_t> size_;
  std::uint64_t received_ = 0;

  // The timer, as RFC 6298 has it, with shorter limits.
  std::optional<Clock::time_point> measuring_since_;  ///< when that was sent which the next block answers
  std::optional<Clock::duration> round_trip_;         ///< smoothed
  Clock::duration variation_{};
  Clock::duration timeout_;       ///< from the round trips
  Clock::duration next_timeout_;  ///< doubled with each time that nothing came
  Clock::time_point wake_at_;     ///< that of the clock's beginning: at once
};

}  // namespace kboot
