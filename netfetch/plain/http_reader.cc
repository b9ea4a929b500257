#include "netfetch/plain/http_reader.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <strings.h>

#include "base/number.h"
#include "base/text.h"
#include "netfetch/transfer.h"

namespace kboot {
namespace {

using Again = TransferError::Again;

constexpr std::size_t kMaxHead = 65536;
constexpr int kPartialContent = 206;    // RFC 9110, 15.3.7
constexpr int kMaxInterim = 8;          // 1xx answers before the real one
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
  if (const auto length = header_value(line, "Content-Length")) {
    head.length = whole_number(*length);
    if (!head.length) fail_transfer(Again::never, "the server's Content-Length is no number");
  } else if (const auto range = header_value(line, "Content-Range"))
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

/// Where an answer's head ends, and its contents begin; npos while its last line has not come. Servers may
/// leave out the CR: RFC 9112, 2.2.
std::size_t end_of_head(std::string_view text) {
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    if (text.substr(at + 1).starts_with('\n')) return at + 2;
    if (text.substr(at + 1).starts_with("\r\n")) return at + 3;
  }
  return std::string_view::npos;
}

}  // namespace

void HttpReader::take(std::string_view bytes) {
  if (head_) return take_body(bytes);
  unread_ += bytes;
  std::string_view rest = unread_;
  while (!head_ && take_head(rest)) continue;
  const std::size_t start = unread_.size() - rest.size();
  if (!head_) {
    unread_.erase(0, start);
    return;
  }
  const std::string text = std::exchange(unread_, {});
  take_body(std::string_view(text).substr(start));
}

/// Takes one answer's head off the front of `rest`; false while it is not whole.
bool HttpReader::take_head(std::string_view& rest) {
  const std::size_t end = end_of_head(rest);
  if (!rest.starts_with(std::string_view("HTTP/").substr(0, rest.size())))
    fail_transfer(Again::never, "the server does not speak HTTP");
  if (std::min(end, rest.size()) > kMaxHead)
    fail_transfer(Again::never, "the server's answer begins with more than {}", human_size(kMaxHead));
  if (end == std::string_view::npos) return false;
  read_head(rest.substr(0, end));
  rest.remove_prefix(end);
  return true;
}

void HttpReader::take_body(std::string_view bytes) {
  if (head_->length) bytes = bytes.substr(0, *head_->length - received_);
  received_ += bytes.size();
  if (!bytes.empty()) body_(bytes);
}

void HttpReader::read_head(std::string_view text) {
  Head head;
  const std::vector<std::string_view> lines = lines_of(text);
  const std::string_view first = trim(lines.front());
  const std::size_t blank = std::min(first.find(' '), first.size());
  const std::string_view reason = trim(first.substr(blank)).substr(0, kMaxReason);
  head.reason = printable(reason);
  head.status = static_cast<int>(whole_number(reason.substr(0, reason.find(' '))).value_or(0));
  head.is_part = head.status == kPartialContent;
  if (head.status < 100 || head.status > 999) fail_transfer(Again::never, "the server does not speak HTTP");
  for (const std::string_view line : lines) read_header(trim(line), head);
  if (head.status >= 200) {
    head_ = std::move(head);
  } else if (++interim_ > kMaxInterim) {
    fail_transfer(Again::never, "the server announces its answer more than {} times", kMaxInterim);
  }
}

}  // namespace kboot
