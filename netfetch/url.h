#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kboot {

/// An absolute URL (RFC 3986), checked by libcurl's parser.
class Url {
 public:
  /// Whether `text` is meant as a URL: `SCHEME://…`. A device path such as `sda2:/vmlinuz` is not.
  static bool looks_like(std::string_view text);
  /// Throws Error when it cannot be parsed or its scheme is not one that this build fetches (the message
  /// lists them).
  static Url parse(std::string_view text);

  /// As written, credentials and all: for fetching only.
  const std::string& str() const { return text_; }
  /// For people, logs and JSON: no user, no password, and the query replaced by `?…`.
  std::string redacted() const;
  std::string scheme() const;
  /// Name or address of the server, IPv6 in brackets, without the port.
  std::string host() const;
  /// As written, or the one that its scheme implies.
  std::string port() const;
  /// Last part of the path, percent-decoded, without `/`; "download" when there is none.
  std::string file_name() const;

  bool operator==(const Url&) const = default;

 private:
  explicit Url(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// Schemes this build fetches, in the order they are shown: {"http", "ftp", "tftp"} and "https" where TLS is
/// linked.
const std::vector<std::string_view>& fetchable_schemes();

}  // namespace kboot
