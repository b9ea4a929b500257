#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <curl/curl.h>

#include "netfetch/fetcher.h"

namespace kboot {

/// One download on a curl easy handle of its own: sets it up, drives it to its end, and says in words what
/// went wrong.
class Transfer {
 public:
  /// Takes the next bytes; returns whether more are wanted.
  using Consumer = std::function<bool(std::string_view bytes)>;

  Transfer(const Url& url, const FetchOptions& options, Consumer consumer);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Asks an HTTP server for the first `bytes` only; it may send all the same.
  void ask_for_head(std::size_t bytes);
  /// Refuses a file that is announced as longer; 0: no limit.
  void set_size_limit(std::uint64_t bytes);

  /// Returns when the contents are complete or the consumer wants no more. Throws Error, Cancelled.
  void run();

  /// Size of the whole file, when the server said.
  std::optional<std::uint64_t> size() const;

 private:
  struct EasyDeleter {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  };

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static int on_request(void* self, char* remote, char* local, int remote_port, int local_port) noexcept;

  template <typename Option, typename Value>
  void set(Option option, Value value);
  template <typename Value>
  std::optional<Value> info(CURLINFO which) const;

  void read_header(std::string_view line);
  CURLcode drive();
  void show_progress();
  [[noreturn]] void explain(CURLcode code) const;
  [[noreturn]] void explain_timeout() const;
  Url effective_url() const;
  std::string peer() const;

  const Url url_;
  const FetchOptions& options_;
  Consumer consumer_;
  std::unique_ptr<CURL, EasyDeleter> easy_;
  std::unique_ptr<char[]> error_;  ///< CURLOPT_ERRORBUFFER
  bool head_only_ = false;
  std::uint64_t size_limit_ = 0;
  std::uint64_t received_ = 0;
  bool is_part_ = false;                      ///< the response has a Content-Range
  std::optional<std::uint64_t> range_total_;  ///< from Content-Range
  std::string status_;                        ///< "404 Not Found", of the last response
  std::string location_;                      ///< the last redirect's target
  bool was_secure_ = false;                   ///< some request of this transfer went over TLS
  bool downgraded_ = false;                   ///< a redirect from https to http was refused
  bool satisfied_ = false;                    ///< the consumer wants no more
  std::exception_ptr failure_;                ///< thrown inside a callback, which curl must not see
  std::chrono::steady_clock::time_point last_progress_{};
};

}  // namespace kboot
