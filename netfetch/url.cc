#include "netfetch/url.h"

#include <algorithm>
#include <array>
#include <memory>

#include <curl/curl.h>

#include "base/error.h"
#include "base/text.h"

namespace kboot {
namespace {

struct CurlUrlDeleter {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
using CurlUrl = std::unique_ptr<CURLU, CurlUrlDeleter>;

struct CurlStringDeleter {
  void operator()(char* text) const noexcept { curl_free(text); }
};

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

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

CurlUrl parse_with_curl(const std::string& text) {
  CurlUrl url(curl_url());
  if (!url) throw std::bad_alloc();
  // The scheme is checked against our own list, with a message of our own.
  const CURLUcode code = curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME);
  if (code != CURLUE_OK) fail("bad URL: {}", lower_case(curl_url_strerror(code)));
  return url;
}

std::string part(const CurlUrl& url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return {};
  const std::unique_ptr<char, CurlStringDeleter> owner(text);
  return text;
}

std::string percent_decode(const std::string& text) {
  int length = 0;
  const std::unique_ptr<char, CurlStringDeleter> decoded(
      curl_easy_unescape(nullptr, text.c_str(), static_cast<int>(text.size()), &length));
  if (!decoded) throw std::bad_alloc();
  return {decoded.get(), static_cast<std::size_t>(length)};
}

std::vector<std::string_view> schemes_of_this_build() {
  constexpr std::array<std::string_view, 3> kWanted = {"http", "https", "ftp"};
  std::vector<std::string_view> schemes;
  const curl_version_info_data* info = curl_version_info(CURLVERSION_NOW);
  for (const std::string_view wanted : kWanted)
    for (const char* const* protocol = info->protocols; *protocol != nullptr; ++protocol)
      if (wanted == *protocol) schemes.push_back(wanted);
  schemes.push_back(kTftp);  // our own: netfetch/tftp_transfer.h
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
    fail("{}: is not fetched by this kboot, only {}", scheme, fmt::join(known, ", "));

  // libcurl, like a browser, takes http:///x for http://x.
  if (text.substr(scheme.size()).starts_with(":///")) fail("bad URL: no host");
  Url url{std::string(text)};
  url.read_demands(part(parse_with_curl(url.text_), CURLUPART_FRAGMENT));
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
      fail("bad URL: behind # can stand sha256=HEX and insecure=true, not {}", printable(demand));
    }
  }
}

std::string Url::redacted() const {
  const CurlUrl url = parse_with_curl(text_);
  const bool has_query = !part(url, CURLUPART_QUERY).empty();
  for (const CURLUPart secret :
       {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_QUERY, CURLUPART_FRAGMENT})
    curl_url_set(url.get(), secret, nullptr, 0);
  return part(url, CURLUPART_URL) + (has_query ? "?…" : "");
}

std::string Url::scheme() const {
  return lower_case(std::string_view(text_).substr(0, text_.find("://")));
}

std::string Url::host() const {
  return part(parse_with_curl(text_), CURLUPART_HOST);
}

std::string Url::host_name() const {
  const CurlUrl url = parse_with_curl(text_);
  std::string host = part(url, CURLUPART_HOST);
  if (!host.starts_with('[')) return host;
  const std::string zone = part(url, CURLUPART_ZONEID);
  return host.substr(1, host.size() - 2) + (zone.empty() ? "" : "%" + zone);
}

std::string Url::port() const {
  constexpr std::string_view kTftpPort = "69";  // libcurl may know nothing of it
  const std::string port = part(parse_with_curl(text_), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  return port.empty() && scheme() == kTftp ? std::string(kTftpPort) : port;
}

std::string Url::path() const {
  return percent_decode(part(parse_with_curl(text_), CURLUPART_PATH));
}

std::string Url::file_name() const {
  const std::string path = part(parse_with_curl(text_), CURLUPART_PATH);
  std::string name = percent_decode(path.substr(path.rfind('/') + 1));
  for (char& c : name)
    if (c == '/' || c == '\0') c = '_';
  if (name.empty() || name == "." || name == "..") return "download";
  return name;
}

}  // namespace kboot
