#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kboot {

/// An absolute URL (RFC 3986). What a person demands of the download stands in
/// its fragment, which no server is ever sent: `#sha256=HEX`, `#insecure=true`, or both with a comma between.
class Url {
 public:
  /// Whether `text` is meant as a URL: `SCHEME://…`. A device path such as `sda2:/vmlinuz` is not.
  static bool looks_like(std::string_view text);
  /// Throws Error when it cannot be parsed or its scheme is not one that this build fetches (the message
  /// lists them), or when its fragment holds anything but such demands: a mistyped checksum must not pass for
  /// none.
  static Url parse(std::string_view text);

  /// As written, credentials and all: for fetching only.
  const std::string& str() const { return text_; }
  /// For people, logs and JSON: no user, no password, and the query replaced by `?…`.
  std::string redacted() const;
  std::string scheme() const;
  /// Name or address of the server, IPv6 in brackets, without the port.
  std::string host() const;
  /// host() as getaddrinfo(3) takes it: an IPv6 address without brackets, with its zone.
  std::string host_name() const;
  /// As written, or the one that its scheme implies.
  std::string port() const;
  /// Percent-decoded, from its first slash on, without the query.
  std::string path() const;
  /// Last part of the path, percent-decoded, without `/`; "download" when there is none.
  std::string file_name() const;

  /// What the contents' SHA-256 must be: 64 lower-case hexadecimal digits.
  const std::optional<std::string>& sha256() const { return sha256_; }
  /// Whether an https server's certificate is not to be looked at.
  bool insecure() const { return insecure_; }

  bool operator==(const Url&) const = default;

 private:
  explicit Url(std::string text) : text_(std::move(text)) {}
  void read_demands(std::string_view fragment);

  std::string text_;
  std::optional<std::string> sha256_;
  bool insecure_ = false;
};

/// Schemes this build fetches, in the order they are shown: {"http", "https", "ftp", "tftp"}, less what
/// libcurl was built without.
const std::vector<std::string_view>& fetchable_schemes();

}  // namespace kboot
