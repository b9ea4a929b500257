#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <curl/curl.h>

#include "base/error.h"
#include "netfetch/fetcher.h"

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

/// Why a transfer ended, and whether the same one may go better in a moment.
class TransferError : public Error {
 public:
  enum class Again {
    never,
    once_begun,  ///< a server that is not there: when it was there before, it may come back
    yes,
  };
  TransferError(const std::string& message, Again again) : Error(message), again_(again) {}
  Again again() const { return again_; }

 private:
  Again again_;
};

/// One attempt to get a file, or to put one, on a curl easy handle of its own: sets it up, and says in words
/// what went wrong. A TransferSet drives it.
class Transfer {
 public:
  /// Takes the next bytes; returns whether more are wanted.
  using Consumer = std::function<bool(std::string_view bytes)>;

  /// `options` must outlive it.
  Transfer(const Url& url, const FetchOptions& options, const ServerAccess& access, Consumer consumer);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Before it is started.

  /// Asks an HTTP server for the first `bytes` only; it may send all the same.
  void ask_for_head(std::size_t bytes);
  /// Asks for what follows the first `offset` bytes (not 0), and for the whole if the file is no longer the
  /// one that had this version().
  void ask_for_rest(std::uint64_t offset, const std::string& version);
  /// Refuses a file that is announced as longer; 0: no limit.
  void set_size_limit(std::uint64_t bytes);
  /// Sends `contents`, which must outlive it, with method PUT or POST where there are methods.
  enum class Method { put, post };
  void send(std::string_view contents, Method method);
  /// Asks for nothing but the headers, and accepts a certificate of any date.
  void ask_for_date();

  // While it is under way, and after it.

  /// Size of the whole file, when the server said.
  std::optional<std::uint64_t> size() const;
  /// Where in the file the first byte lies that the consumer gets.
  std::uint64_t offset() const;
  /// What tells this state of the file from another; empty when the server says nothing of the kind.
  std::string version() const;
  /// What the server's clock says, in seconds since 1970.
  std::optional<std::int64_t> date() const;
  /// Bytes of this attempt.
  std::uint64_t received() const { return received_; }
  /// Whether it ended because the server has no such method.
  bool refuses_method() const;

  /// It has ended with `code`: throws TransferError unless the contents are complete or the consumer wanted
  /// no more, and what a consumer threw.
  void finish(CURLcode code) const;

  CURL* handle() const { return easy_.get(); }

 private:
  struct EasyDeleter {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  };
  struct ListDeleter {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
  };
  /// What the last response's headers said.
  struct Response {
    std::string status;                        ///< "404 Not Found"
    bool is_part = false;                      ///< it has a Content-Range
    std::optional<std::uint64_t> range_start;  ///< from Content-Range
    std::optional<std::uint64_t> range_total;
    std::string tag;       ///< a strong ETag
    std::string modified;  ///< Last-Modified
    std::string date;
  };

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t on_send(char* room, std::size_t size, std::size_t count, void* self) noexcept;
  static int on_request(void* self, char* remote, char* local, int remote_port, int local_port) noexcept;

  template <typename Option, typename Value>
  void set(Option option, Value value);
  template <typename Value>
  std::optional<Value> info(CURLINFO which) const;
  void set_up_tls(const TlsFiles& tls);

  bool is_web() const;
  void read_header(std::string_view line);
  [[noreturn]] void explain(CURLcode code) const;
  [[noreturn]] void explain_timeout() const;
  [[noreturn]] void explain_handshake() const;
  [[noreturn]] void explain_certificate() const;
  Url effective_url() const;
  std::string peer() const;

  const Url url_;
  const FetchOptions& options_;
  Consumer consumer_;
  std::unique_ptr<CURL, EasyDeleter> easy_;
  std::unique_ptr<char[]> error_;  ///< CURLOPT_ERRORBUFFER
  std::unique_ptr<curl_slist, ListDeleter> headers_;
  bool head_only_ = false;
  std::uint64_t wanted_offset_ = 0;
  std::uint64_t size_limit_ = 0;
  std::string_view to_send_;
  std::uint64_t received_ = 0;
  std::chrono::steady_clock::time_point last_byte_{};
  Response response_;
  std::string location_;        ///< the last redirect's target
  bool was_secure_ = false;     ///< some request of this transfer went over TLS
  bool downgraded_ = false;     ///< a redirect from https to http was refused
  bool satisfied_ = false;      ///< the consumer wants no more
  std::exception_ptr failure_;  ///< thrown inside a callback, which curl must not see
};

}  // namespace kboot
