#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace kboot {

/// Reads the answer to one HTTP/1.0 request (RFC 1945, RFC 9110), however it is cut into pieces. It knows no
/// sockets: it is given bytes, and told when there are no more.
class HttpReader {
 public:
  using Consumer = std::function<void(std::string_view bytes)>;
  /// What the head of the answer says.
  struct Head {
    int status = 0;
    std::string reason;  ///< "404 Not Found"
    std::optional<std::uint64_t> length;
    bool is_part = false;  ///< its status is 206, or it has a Content-Range
    std::optional<std::uint64_t> range_start;
    std::optional<std::uint64_t> range_total;
    std::string tag;       ///< a strong ETag
    std::string modified;  ///< Last-Modified
    std::string location;
  };

  /// `body` gets the contents.
  explicit HttpReader(Consumer body) : body_(std::move(body)) {}

  /// Throws TransferError when they are no answer. Of answers that only announce another one (RFC 9110, 15.2)
  /// up to eight are skipped.
  void take(std::string_view bytes);

  /// Nothing before its last line has come.
  const std::optional<Head>& head() const { return head_; }
  /// Whether as many bytes have come as were announced.
  bool complete() const { return head_ && head_->length && received_ >= *head_->length; }
  /// Of the contents, in bytes.
  std::uint64_t received() const { return received_; }

 private:
  bool take_head(std::string_view& rest);
  void take_body(std::string_view bytes);
  void read_head(std::string_view text);

  Consumer body_;
  std::string unread_;  ///< of a head that is not whole
  int interim_ = 0;     ///< answers that were skipped
  std::optional<Head> head_;
  std::uint64_t received_ = 0;
};

}  // namespace kboot
