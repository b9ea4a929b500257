#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/memory_file.h"
#include "netfetch/url.h"

namespace kboot {

/// How far a download is. Shown to the person who waits.
struct Progress {
  std::uint64_t received = 0;          ///< bytes
  std::optional<std::uint64_t> total;  ///< bytes, when the server said
};

struct FetchOptions {
  std::chrono::seconds connect_deadline{15};  ///< name, address and connection
  std::chrono::seconds stall_deadline{20};    ///< the longest stretch with under a KiB a second
  /// What breaks is tried again, from where it broke if the server can, until this long after the last time
  /// that it got further; 0: it is not. An attempt that is under way still has its deadlines.
  std::chrono::seconds retry_deadline{30};
  std::chrono::minutes overall_deadline{120};     ///< for the whole, with all attempts
  std::uint64_t size_limit = 0;                   ///< bytes; 0: what free memory allows
  bool sealed = true;                             ///< nobody can change what was fetched
  std::function<void(const Progress&)> progress;  ///< ten times a second, and at the end; may not throw
  std::function<void(const std::string& message)> notice;  ///< of an attempt that failed; must not throw
};

/// One of several files that are fetched at the same time.
struct FetchRequest {
  Url url;
  FetchOptions options;
  std::string noun;  ///< put before errors about this file; may be empty
  /// Looks at the file when it is complete: what it throws ends all downloads. May be empty.
  std::function<void(int fd)> check;
};

/// What a server says of a file without sending it whole.
struct UrlFacts {
  std::optional<std::uint64_t> size;  ///< bytes
  std::string head;                   ///< the first bytes of the contents
};

/// Turns URLs into open files. All waits end by deadline or by ^C (Cancelled). Errors are worded for a person
/// and name no URL (the caller adds it): "404 Not Found", "connection refused by 10.0.0.1 port 80", "no
/// address for server.lan".
class Fetcher {
 public:
  virtual ~Fetcher() = default;
  /// The whole contents of each, in that order, sealed, offset 0; all at the same time. Throws Error with the
  /// noun of the request that failed, Cancelled.
  virtual std::vector<MemoryFile> fetch_all(const std::vector<FetchRequest>& requests) = 0;
  /// The first `head_bytes` and the size, by a range request or by hanging up early. Throws Error, Cancelled.
  virtual UrlFacts probe(const Url& url, std::size_t head_bytes, const FetchOptions& options) = 0;
  /// Sends `contents` to an http, https or ftp server: PUT, or POST where the server has no PUT. Throws
  /// Error, Cancelled.
  virtual void upload(const Url& url, std::string_view contents, const FetchOptions& options) = 0;
  /// The Date that an https server says, in seconds since 1970. Its certificate has to be right in all but
  /// its dates. Throws Error, Cancelled.
  virtual std::int64_t server_time(const Url& url, const FetchOptions& options) = 0;

  /// The server that http, https and ftp are asked through (a URL), and the names and networks that are not,
  /// as words between commas (`lan,10.0.0.0/8`); empty: none.
  virtual void set_proxy(const std::string& proxy, const std::string& except) = 0;

  MemoryFile fetch(const Url& url, const FetchOptions& options) {
    return std::move(fetch_all({{url, options, "", nullptr}}).front());
  }
};

}  // namespace kboot
