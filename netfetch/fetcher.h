#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/memory_file.h"
#include "netfetch/url.h"

namespace kboot {

/// How far a download is. Shown to the person who waits.
struct Progress {
  std::uint64_t received = 0;          ///< bytes
  std::optional<std::uint64_t> total;  ///< bytes, when the server said
};

struct FetchOptions {
  std::chrono::seconds connect_deadline{15};      ///< name, address and connection
  std::chrono::seconds stall_deadline{20};        ///< the longest stretch with under one byte a second
  std::uint64_t size_limit = 0;                   ///< bytes; 0: what free memory allows
  std::function<void(const Progress&)> progress;  ///< at most ten times a second; must not throw
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
  /// The whole contents, sealed, offset 0. Throws Error, Cancelled.
  virtual MemoryFile fetch(const Url& url, const FetchOptions& options) = 0;
  /// The first `head_bytes` and the size, by a range request or by hanging up early. Throws Error, Cancelled.
  virtual UrlFacts probe(const Url& url, std::size_t head_bytes, const FetchOptions& options) = 0;
};

}  // namespace kboot
