#include "netfetch/plain/url_syntax.h"

#include <algorithm>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"

namespace kboot::plain {
namespace {

/// What stands before the first of `ends`; `rest` keeps the others, that one included.
std::string_view take_until(std::string_view& rest, std::string_view ends) {
  const std::string_view taken = rest.substr(0, rest.find_first_of(ends));
  rest.remove_prefix(taken.size());
  return taken;
}

void require_ipv6(const std::string& address) {
  in6_addr parsed{};
  if (::inet_pton(AF_INET6, address.c_str(), &parsed) != 1) fail("bad URL: bad IPv6 address");
}

void require_name(std::string_view host) {
  constexpr std::string_view kNever = "[]<>\\^`{|}\"!$&'()*+,;=";
  if (host.empty()) fail("bad URL: no host part in the URL");
  if (host.find_first_of(kNever) != std::string_view::npos) fail("bad URL: bad hostname");
}

}  // namespace

UrlParts split_url(const std::string& url) {
  constexpr unsigned long kMostPort = 65535;
  if (std::any_of(url.begin(), url.end(), [](char c) { return (c >= 0 && c <= ' ') || c == 0x7f; }))
    fail("bad URL: malformed input to a URL function");
  std::string_view rest = url;
  const std::string scheme = lower_case(take_until(rest, ":"));
  rest.remove_prefix(std::min<std::size_t>(rest.size(), 3));  // ://
  std::string_view authority = take_until(rest, "/?#");

  UrlParts parts;
  std::string shown_host;
  // More than one @ is somebody's password with one in it that had to be written %40.
  const std::size_t at = authority.find('@');
  if (at != std::string_view::npos) authority.remove_prefix(at + 1);
  if (authority.find('@') != std::string_view::npos) fail("bad URL: bad hostname");
  if (authority.starts_with('[')) {
    std::string_view address = take_until(authority, "]");
    if (authority.empty()) fail("bad URL: bad IPv6 address");
    authority.remove_prefix(1);
    address.remove_prefix(1);
    std::string_view zone = address;
    const std::string bare(take_until(zone, "%"));
    require_ipv6(bare);
    if (zone.starts_with("%25")) zone.remove_prefix(2);
    if (!zone.empty()) parts.zone = zone.substr(1);
    parts.host = "[" + bare + "]";
    shown_host = "[" + bare + (parts.zone.empty() ? "" : "%25" + parts.zone) + "]";
  } else {
    parts.host = take_until(authority, ":");
    require_name(parts.host);
    shown_host = parts.host;
  }
  if (!authority.empty()) {
    const auto port = whole_number(authority.substr(1));
    if (!authority.starts_with(':') || (authority.size() > 1 && (!port || *port > kMostPort)))
      fail("bad URL: port number was not a decimal number between 0 and 65535");
    parts.port = authority.substr(1);
  }
  parts.bare = scheme + "://" + shown_host + (parts.port.empty() ? "" : ":" + parts.port);
  if (parts.port.empty() && scheme == "http") parts.port = "80";

  parts.path = take_until(rest, "?#");
  if (parts.path.empty()) parts.path = "/";
  parts.bare += parts.path;
  parts.has_query = take_until(rest, "#").size() > 1;
  if (!rest.empty()) parts.fragment = rest.substr(1);
  return parts;
}

std::string percent_decode(const std::string& text) {
  constexpr std::size_t kEscape = 3;
  std::string decoded;
  for (std::string_view rest = text; !rest.empty();) {
    const auto digit = [&](std::size_t i) {
      return std::string_view("0123456789abcdef").find(static_cast<char>(rest[i] | 0x20));
    };
    const bool escaped = rest.size() >= kEscape && rest[0] == '%' && digit(1) != std::string_view::npos &&
                         digit(2) != std::string_view::npos;
    decoded += escaped ? static_cast<char>(digit(1) * 16 + digit(2)) : rest[0];
    rest.remove_prefix(escaped ? kEscape : 1);
  }
  return decoded;
}

bool fetches_scheme(std::string_view scheme) {
  return scheme == "http";
}

}  // namespace kboot::plain
