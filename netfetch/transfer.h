#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <poll.h>

#include "netfetch/fetcher.h"
#include "netfetch/transfer_error.h"

namespace kboot {

/// The files that TLS needs; empty: none of one's own.
struct TlsFiles {
  std::string authorities;  ///< certificates that servers are checked against; empty: libcurl's own place
  std::string certificate;  ///< what this machine shows to a server that asks for one, if the file is there
  std::string key;          ///< its key
};

/// How this machine gets at servers.
struct ServerAccess {
  TlsFiles tls;
  std::string proxy;  ///< as in Fetcher::set_proxy()
  std::string no_proxy;
};

/// Bytes a second; what is slower for FetchOptions::stall_deadline counts as standing still.
inline constexpr unsigned kLeastRate = 1024;

/// No name server answered: the question may have got lost.
[[noreturn]] void fail_unanswered_lookup(std::string_view host);

/// What an HTTP server answered instead of a file: its status, and that with its reason ("404 Not Found").
/// Throws NotOnServer or TransferError.
[[noreturn]] void fail_http_status(long status, const std::string& reason);

/// `trickles`: a little did come in all the time; `received`: bytes before and in it.
[[noreturn]] void fail_standing_still(std::string_view peer, bool trickles, const FetchOptions& options,
                                      std::uint64_t received);

/// One attempt to get a file. A TransferSet makes and drives it.
class Transfer {
 public:
  /// Takes the next bytes; returns whether more are wanted.
  using Consumer = std::function<bool(std::string_view bytes)>;

  Transfer() = default;
  virtual ~Transfer() = default;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Before it is started.

  /// Asks for the first `bytes` only; more may come all the same.
  virtual void ask_for_head(std::size_t bytes) = 0;
  /// Asks for what follows the first `offset` bytes (not 0), and for the whole if the file is no longer the
  /// one that had this version().
  virtual void ask_for_rest(std::uint64_t offset, const std::string& version) = 0;
  /// Refuses a file that is announced as longer; 0: no limit.
  virtual void set_size_limit(std::uint64_t bytes) = 0;

  // While it is under way, and after it.

  /// Size of the whole file, when the server said.
  virtual std::optional<std::uint64_t> size() const = 0;
  /// Where in the file the first byte lies that the consumer gets; nothing when it is a part of the file and
  /// the server does not say which.
  virtual std::optional<std::uint64_t> offset() const = 0;
  /// What tells this state of the file from another; empty when the server says nothing of the kind.
  virtual std::string version() const = 0;

  /// It has ended: throws TransferError unless the contents are complete or the consumer wanted no more, and
  /// what a consumer threw.
  virtual void finish() const = 0;

  // How a TransferSet drives it, unless libcurl does.

  /// Does what can be done without waiting; returns whether it has ended.
  virtual bool step() { return true; }
  /// What to poll(2) for: when it is there, there is something to do.
  virtual std::vector<pollfd> awaited() const { return {}; }
  /// When there is something to do all the same.
  virtual std::chrono::milliseconds until_next_step() const { return std::chrono::milliseconds::max(); }
};

}  // namespace kboot
