#include "netfetch/url.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/error.h"
#include "base/redact.h"
#include "base/text.h"
#include "netfetch/url_syntax.h"

namespace kboot {
namespace {

constexpr std::string_view kTftp = "tftp";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// RFC 3986, 3.1: ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )
bool is_scheme(std::string_view text) {
  return !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
}

std::vector<std::string_view> schemes_of_this_build() {
  constexpr std::array<std::string_view, 3> kWanted = {"http", "https", "ftp"};
  std::vector<std::string_view> schemes;
  std::copy_if(kWanted.begin(), kWanted.end(), std::back_inserter(schemes), fetches_scheme);
  schemes.push_back(kTftp);  // our own: netfetch/tftp/transfer.h
  return schemes;
}

}  // namespace

const std::vector<std::string_view>& fetchable_schemes() {
  static const std::vector<std::string_view> schemes = schemes_of_this_build();
  return schemes;
}

bool Url::looks_like(std::string_view text) {
  const std::size_t end = text.find("://");
  return end != std::string_view::npos && is_scheme(text.substr(0, end));
}

Url Url::parse(std::string_view text) {
  if (!looks_like(text)) fail("not a URL");
  if (text.find('\0') != std::string_view::npos) fail("bad URL: it holds a NUL byte");

  const std::string scheme = lower_case(text.substr(0, text.find("://")));
  const auto& known = fetchable_schemes();
  if (std::find(known.begin(), known.end(), scheme) == known.end())
    fail("{}: is not fetched by this kboot, only {}", scheme, join({known.begin(), known.end()}, ", "));

  // libcurl, like a browser, takes http:///x for http://x.
  if (text.substr(scheme.size()).starts_with(":///")) fail("bad URL: no host");
  Url url{std::string(text)};
  url.read_demands(split_url(url.text_).fragment);
  return url;
}

void Url::read_demands(std::string_view fragment) {
  constexpr std::string_view kSha256 = "sha256=";
  constexpr std::size_t kDigits = 64;
  while (!fragment.empty()) {
    const std::size_t comma = fragment.find(',');
    const std::string demand = lower_case(fragment.substr(0, comma));
    fragment.remove_prefix(comma == std::string_view::npos ? fragment.size() : comma + 1);
    if (demand.starts_with(kSha256)) {
      const std::string digest = demand.substr(kSha256.size());
      if (digest.size() != kDigits || digest.find_first_not_of("0123456789abcdef") != std::string::npos)
        fail("bad URL: #sha256= wants {} hexadecimal digits", kDigits);
      sha256_ = digest;
    } else if (demand == "insecure=true") {
      if (scheme() != "https") fail("bad URL: #insecure=true is for https: {} has no certificates", scheme());
      insecure_ = true;
    } else {
      // With a `@` it is the rest of a password that holds a `#`.
      const bool is_known = demand.find('@') == std::string::npos;
      fail("bad URL: behind # can stand sha256=HEX and insecure=true, not {}",
           is_known ? printable(redact_word(demand)) : "a user and a password; %23 is a # in one");
    }
  }
}

std::string Url::redacted() const {
  const UrlParts parts = split_url(text_);
  return parts.bare + (parts.has_query ? "?…" : "");
}

std::string Url::scheme() const {
  return lower_case(std::string_view(text_).substr(0, text_.find("://")));
}

std::string Url::host() const {
  return split_url(text_).host;
}

std::string Url::host_name() const {
  const UrlParts parts = split_url(text_);
  if (!parts.host.starts_with('[')) return parts.host;
  return parts.host.substr(1, parts.host.size() - 2) + (parts.zone.empty() ? "" : "%" + parts.zone);
}

std::string Url::port() const {
  constexpr std::string_view kTftpPort = "69";
  const std::string port = split_url(text_).port;
  return port.empty() && scheme() == kTftp ? std::string(kTftpPort) : port;
}

std::string Url::path() const {
  return percent_decode(split_url(text_).path);
}

std::string Url::file_name() const {
  const std::string path = split_url(text_).path;
  std::string name = percent_decode(path.substr(path.rfind('/') + 1));
  for (char& c : name)
    if (c == '/' || c == '\0') c = '_';
  if (name.empty() || name == "." || name == "..") return "download";
  return name;
}

}  // namespace kboot
