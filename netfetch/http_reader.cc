#include "netfetch/http_reader.h"

#include <algorithm>

#include <strings.h>

#include "base/number.h"
#include "base/text.h"
#include "netfetch/transfer.h"

namespace kboot {
namespace {

using Again = TransferError::Again;

constexpr std::size_t kMaxHead = 65536;
constexpr std::size_t kMaxReason = 60;  // bytes of a server's own words that are shown

/// The value of header `name` when `line` is that header.
std::optional<std::string_view> header_value(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || line[name.size()] != ':') return {};
  if (strncasecmp(line.data(), name.data(), name.size()) != 0) return {};
  return trim(line.substr(name.size() + 1));
}

void read_range(std::string_view value, HttpReader::Head& head) {
  constexpr std::string_view kUnit = "bytes ";
  head.is_part = true;
  const std::size_t slash = value.rfind('/');
  if (slash != std::string_view::npos) head.range_total = whole_number(value.substr(slash + 1));
  const std::size_t hyphen = value.find('-');
  if (value.starts_with(kUnit) && hyphen != std::string_view::npos)
    head.range_start = whole_number(value.substr(kUnit.size(), hyphen - kUnit.size()));
}

void read_header(std::string_view line, HttpReader::Head& head) {
  if (const auto length = header_value(line, "Content-Length"))
    head.length = whole_number(*length);
  else if (const auto range = header_value(line, "Content-Range"))
    read_range(*range, head);
  else if (const auto tag = header_value(line, "ETag"); tag && tag->starts_with('"'))
    head.tag = *tag;  // a weak one is no use for ranges: RFC 9110, 13.1.5
  else if (const auto modified = header_value(line, "Last-Modified"))
    head.modified = *modified;
  else if (const auto location = header_value(line, "Location"))
    head.location = *location;
  else if (header_value(line, "Transfer-Encoding"))
    fail_transfer(Again::never, "the server sends it in pieces, which is not for HTTP/1.0");
}

}  // namespace

void HttpReader::take(std::string_view bytes) {
  if (!head_) {
    unread_ += bytes;
    const std::size_t end = unread_.find("\r\n\r\n");
    if (!std::string_view(unread_).starts_with(std::string_view("HTTP/").substr(0, unread_.size())))
      fail_transfer(Again::never, "the server does not speak HTTP");
    if (std::min(end, unread_.size()) > kMaxHead)
      fail_transfer(Again::never, "the server's answer begins with more than {}", human_size(kMaxHead));
    if (end == std::string::npos) return;
    const std::string text = std::move(unread_);
    unread_.clear();
    read_head(std::string_view(text).substr(0, end));
    return take(std::string_view(text).substr(end + 4));
  }
  if (head_->length) bytes = bytes.substr(0, *head_->length - received_);
  received_ += bytes.size();
  if (!bytes.empty()) body_(bytes);
}

void HttpReader::read_head(std::string_view text) {
  Head head;
  const std::string_view first = text.substr(0, text.find("\r\n"));
  const std::size_t blank = std::min(first.find(' '), first.size());
  const std::string_view reason = trim(first.substr(blank)).substr(0, kMaxReason);
  head.reason = printable(reason);
  head.status = static_cast<int>(whole_number(reason.substr(0, reason.find(' '))).value_or(0));
  if (head.status < 100 || head.status > 999) fail_transfer(Again::never, "the server does not speak HTTP");
  for (std::string_view rest = text.substr(first.size()); !rest.empty();) {
    rest.remove_prefix(std::min<std::size_t>(rest.size(), 2));
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(line.size());
    read_header(line, head);
  }
  // One more answer follows, the real one: RFC 9110, 15.2.
  if (head.status >= 200) head_ = std::move(head);
}

}  // namespace kboot
