#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <curl/curl.h>

#include "netfetch/transfer.h"

namespace kboot {

/// One attempt to get a file, or to put one, on a curl easy handle of its own: sets it up
/// (transfer.cc), and says in words what went wrong (failure.cc).
class CurlTransfer final : public Transfer {
 public:
  /// `options` must outlive it.
  CurlTransfer(const Url& url, const FetchOptions& options, const ServerAccess& access, Consumer consumer);

  // Before it is started.

  void ask_for_head(std::size_t bytes) override;
  void ask_for_rest(std::uint64_t offset, const std::string& version) override;
  void set_size_limit(std::uint64_t bytes) override;
  /// Sends `contents`, which must outlive it, with method PUT or POST where there are methods.
  enum class Method { put, post };
  void send(std::string_view contents, Method method);
  /// Asks for nothing but the headers, and accepts a certificate of any date.
  void ask_for_date();

  // While it is under way, and after it.

  std::optional<std::uint64_t> size() const override;
  std::optional<std::uint64_t> offset() const override;
  std::string version() const override;
  /// What the server's clock says, in seconds since 1970.
  std::optional<std::int64_t> date() const;
  /// Whether it ended because the server has no such method.
  bool refuses_method() const;
  void finish() const override;

  CURL* handle() const { return easy_.get(); }
  void ended(CURLcode code) { code_ = code; }

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
    std::size_t bytes = 0;                     ///< of the head, as far as it is there
    bool whole = false;                        ///< the head's last line has come
    bool is_part = false;                      ///< its status is 206, or it has a Content-Range
    std::optional<std::uint64_t> range_start;  ///< from Content-Range
    std::optional<std::uint64_t> range_total;
    std::string tag;       ///< a strong ETag
    std::string modified;  ///< Last-Modified
    std::string date;
  };

  static constexpr long kMaxRedirects = 10;
  static constexpr std::size_t kMaxReason = 60;  ///< bytes of a server's own words that are shown

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t on_send(char* room, std::size_t size, std::size_t count, void* self) noexcept;
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept;
  static int on_request(void* self, char* remote, char* local, int remote_port, int local_port) noexcept;

  template <typename Option, typename Value>
  void set(Option option, Value value);
  template <typename Value>
  std::optional<Value> info(CURLINFO which) const {
    Value value{};
    if (curl_easy_getinfo(easy_.get(), which, &value) != CURLE_OK) return {};
    return value;
  }
  void set_up_tls(const TlsFiles& tls);
  void keep_tls_to_itself();

  bool is_web() const;
  bool has_all_of_ftp() const;
  void read_header(std::string_view line);
  void require_file() const;
  [[noreturn]] void explain() const;
  [[noreturn]] void explain_timeout() const;
  [[noreturn]] void explain_handshake() const;
  [[noreturn]] void explain_certificate() const;
  Url effective_url() const;
  std::string peer() const;

  const Url url_;
  const FetchOptions& options_;
  Consumer consumer_;
  // Before the handle, which uses both until it has ended.
  std::unique_ptr<char[]> error_;  ///< CURLOPT_ERRORBUFFER
  std::unique_ptr<curl_slist, ListDeleter> headers_;
  std::unique_ptr<CURL, EasyDeleter> easy_;
  CURLcode code_ = CURLE_OK;  ///< how it ended
  bool head_only_ = false;
  bool date_only_ = false;
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
