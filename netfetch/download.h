#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/backoff.h"
#include "base/deadline.h"
#include "base/memory_file.h"
#include "netfetch/fetcher.h"
#include "netfetch/sha256.h"
#include "netfetch/transfer.h"
#include "netfetch/transfer_set.h"

namespace kboot {

/// One file on its way into memory: as many attempts as it takes, each going on where the last one broke off
/// when the server can do that and the file is still the same.
class Download {
 public:
  /// All must outlive it.
  Download(const FetchRequest& request, const ServerAccess& access, TransferSet& transfers);
  ~Download() { end_attempt(); }
  Download(const Download&) = delete;
  Download& operator=(const Download&) = delete;

  /// Begins the next attempt when it is time, and shows progress. Throws Error when a deadline has passed.
  void tick();
  /// When tick() has something to do: as short as poll(2) needs it.
  std::chrono::milliseconds until_next_attempt() const;
  bool owns(const Transfer* transfer) const { return attempt_.get() == transfer; }
  /// Its attempt has ended. Throws what no further attempt would mend.
  void attempt_ended();

  bool done() const { return done_; }
  /// What is still to come, when the server said how much.
  std::uint64_t missing() const;
  MemoryFile take() && { return std::move(file_); }

 private:
  bool take_bytes(std::string_view bytes);
  void begin_contents();
  void refuse_part(bool asked_for_part);
  void end_attempt() noexcept;
  void complete();
  void show_progress();
  /// Whether there is another attempt.
  bool try_again_later(const TransferError& error);

  const FetchRequest& request_;
  const ServerAccess& access_;
  TransferSet& transfers_;
  MemoryFile file_;
  std::optional<Sha256> digest_;
  std::unique_ptr<Transfer> attempt_;
  std::string version_;                ///< of the file that the bytes in file_ are from
  std::optional<std::uint64_t> size_;  ///< of the whole
  bool has_begun_ = false;             ///< this attempt's first bytes are there
  bool sends_other_parts_ = false;     ///< the server: it is asked only for the whole
  bool done_ = false;
  std::uint64_t looked_at_memory_ = 0;  ///< how much there was in file_ when free memory was last looked at
  std::uint64_t furthest_ = 0;          ///< how far it was when the last attempt ended that got further
  Backoff pauses_{std::chrono::milliseconds(500), std::chrono::seconds(8)};
  Deadline next_attempt_;
  Deadline give_up_;
  Deadline overall_;
  Deadline next_progress_;
};

}  // namespace kboot
