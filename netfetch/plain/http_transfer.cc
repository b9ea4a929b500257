#include "netfetch/plain/http_transfer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/socket.h>

#include "base/text.h"
#include "netfetch/plain/url_syntax.h"

namespace kboot {
namespace {

using Again = TransferError::Again;
using std::chrono::milliseconds;

constexpr int kMaxRedirects = 10;
constexpr int kRangeNotSatisfiable = 416;  // RFC 9110, 15.5.17
constexpr std::size_t kMaxReason = 60;

bool is_redirect(int status) {
  constexpr std::array kRedirects = {301, 302, 303, 307, 308};
  return std::find(kRedirects.begin(), kRedirects.end(), status) != kRedirects.end();
}

/// RFC 4648, 4.
std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view three = bytes.substr(i, 3);
    unsigned group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8U | (j < three.size() ? static_cast<unsigned char>(three[j]) : 0U);
    for (unsigned j = 0; j < 4; ++j) text += j <= three.size() ? kDigits[group >> (18 - 6 * j) & 0x3fU] : '=';
  }
  return text;
}

/// What of a URL a server is asked for: the path with its query, as written.
std::string target_of(const std::string& url) {
  const std::string text = url.substr(0, url.find('#'));
  const std::size_t start = text.find_first_of("/?", text.find("://") + 3);
  if (start == std::string::npos) return "/";
  return (text[start] == '?' ? "/" : "") + text.substr(start);
}

std::string authority_of(const std::string& url) {
  const std::size_t start = url.find("://") + 3;
  return url.substr(start, url.find_first_of("/?#", start) - start);
}

/// RFC 3986, 5.2.4: `.` and `..` in the path.
std::string without_dots(const std::string& url) {
  const std::size_t start = url.find('/', url.find("://") + 3);
  const std::size_t end = std::min(url.find('?'), url.size());
  if (start >= end) return url;
  std::string path;
  for (std::string_view rest = std::string_view(url).substr(start, end - start); !rest.empty();) {
    const std::string_view part = rest.substr(0, rest.find('/', 1));
    rest.remove_prefix(part.size());
    const bool up = part == "/..";
    if (up) path.erase(std::min(path.rfind('/'), path.size()));
    if (!up && part != "/.")
      path += part;
    else if (rest.empty())
      path += '/';
  }
  return url.substr(0, start) + path + url.substr(end);
}

std::string credentials_of(const std::string& url) {
  const std::string authority = authority_of(url);
  const std::size_t at = authority.find('@');
  if (at == std::string::npos) return "";
  return fmt::format("Authorization: Basic {}\r\n", base64(plain::percent_decode(authority.substr(0, at))));
}

}  // namespace

HttpTransfer::HttpTransfer(Url url, const FetchOptions& options, Consumer consumer)
    : url_(std::move(url)),
      options_(options),
      consumer_(std::move(consumer)),
      progress_by_(Deadline::in(options.connect_deadline)) {}

void HttpTransfer::ask_for_head(std::size_t bytes) {
  head_only_ = true;
  if (bytes > 0) range_ = fmt::format("Range: bytes=0-{}\r\n", bytes - 1);
}

void HttpTransfer::ask_for_rest(std::uint64_t offset, const std::string& version) {
  range_ = fmt::format("Range: bytes={}-\r\nIf-Range: {}\r\n", offset, version);
}

std::optional<std::uint64_t> HttpTransfer::size() const {
  if (!reader_ || !reader_->head()) return {};
  const HttpReader::Head& head = *reader_->head();
  return head.is_part ? head.range_total : head.length;
}

std::optional<std::uint64_t> HttpTransfer::offset() const {
  if (!reader_ || !reader_->head() || !reader_->head()->is_part) return 0;
  return reader_->head()->range_start;
}

std::string HttpTransfer::version() const {
  if (!reader_ || !reader_->head()) return {};
  return reader_->head()->tag.empty() ? reader_->head()->modified : reader_->head()->tag;
}

void HttpTransfer::finish() const {
  if (failure_) std::rethrow_exception(failure_);
}

bool HttpTransfer::step() {
  try {
    proceed();
  } catch (...) {
    failure_ = std::current_exception();
  }
  return failure_ || satisfied_ || phase_ == Phase::done;
}

void HttpTransfer::proceed() {
  if (phase_ == Phase::looking_up) look_up();
  if (phase_ == Phase::connecting) finish_connecting();
  if (phase_ == Phase::asking) send_request();
  if (phase_ == Phase::reading) receive();
  if (phase_ != Phase::done && !satisfied_) check_deadlines();
}

void HttpTransfer::look_up() {
  if (!lookup_) lookup_ = std::make_unique<NameLookup>(url_.host_name(), url_.port());
  const auto answer = lookup_->answer();
  if (!answer) return;
  lookup_.reset();
  if (answer->nobody_answered) fail_unanswered_lookup(url_.host());
  if (answer->addresses.empty()) fail_transfer(Again::once_begun, "no address for {}", url_.host());
  addresses_ = answer->addresses;
  connect_next();
}

void HttpTransfer::connect_next() {
  int error = 0;
  while (!addresses_.empty()) {
    address_ = addresses_.front();
    addresses_.erase(addresses_.begin());
    socket_ = UniqueFd(::socket(address_.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    phase_ = Phase::connecting;
    if (socket_ && (::connect(socket_.get(), address_.get(), address_.length()) == 0 || errno == EINPROGRESS))
      return;
    error = errno;
  }
  fail_transfer(Again::once_begun, "connect to {}: {}", peer(), std::strerror(error));
}

void HttpTransfer::finish_connecting() {
  pollfd ready{socket_.get(), POLLOUT, 0};
  if (::poll(&ready, 1, 0) <= 0) return;
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) {
    if (!addresses_.empty()) return connect_next();
    if (error == ECONNREFUSED) fail_transfer(Again::once_begun, "connection refused by {}", peer());
    fail_transfer(Again::once_begun, "connect to {}: {}", peer(), std::strerror(error));
  }
  const std::string authority = authority_of(url_.str());
  request_ = fmt::format(
      "GET {} HTTP/1.0\r\nHost: {}\r\nUser-Agent: kboot/{}\r\nAccept: */*\r\n{}{}Connection: close\r\n\r\n",
      target_of(url_.str()), authority.substr(authority.find('@') + 1), KBOOT_VERSION,
      credentials_of(url_.str()), range_);
  reader_.emplace([this](std::string_view bytes) { take_body(bytes); });
  counted_ = 0;
  phase_ = Phase::asking;
  progress_by_ = Deadline::in(options_.stall_deadline);
}

void HttpTransfer::send_request() {
  const ssize_t sent = ::send(socket_.get(), request_.data(), request_.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN && errno != EINTR)
    fail_transfer(Again::yes, "{} closed the connection without an answer", peer());
  if (sent > 0) request_.erase(0, static_cast<std::size_t>(sent));
  if (request_.empty()) phase_ = Phase::reading;
}

void HttpTransfer::receive() {
  constexpr int kPieces = 16;    // then others have their turn
  std::array<char, 65536> room;  // NOLINT(cppcoreguidelines-pro-type-member-init): recv() fills it
  for (int piece = 0; piece < kPieces && phase_ == Phase::reading && !satisfied_; ++piece) {
    const ssize_t length = ::recv(socket_.get(), room.data(), room.size(), 0);
    if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (length < 0)
      fail_transfer(Again::yes, "after {}: {}", human_size(reader_->received()), std::strerror(errno));
    if (length == 0) return end_of_answer();
    reader_->take({room.data(), static_cast<std::size_t>(length)});
    if (reader_->complete()) end_of_answer();
  }
}

/// Of an answer that is no file, nothing is wanted.
void HttpTransfer::take_body(std::string_view bytes) {
  const HttpReader::Head& head = *reader_->head();
  if (head.status >= 300) return;
  if (size_limit_ != 0 && head.length && *head.length > size_limit_)
    fail_transfer(Again::never, "too long: there is room for {}", human_size(size_limit_));
  if (!satisfied_) satisfied_ = !consumer_(bytes);
}

void HttpTransfer::end_of_answer() {
  phase_ = Phase::done;
  if (!reader_->head()) fail_transfer(Again::yes, "{} closed the connection without an answer", peer());
  const HttpReader::Head& head = *reader_->head();
  if (is_redirect(head.status) && !head.location.empty()) return redirect(head.location);
  // No range of an empty file can be sent.
  if (head_only_ && head.status == kRangeNotSatisfiable && head.range_total == std::uint64_t{0}) return;
  if (head.status >= 300) fail_http_status(head.status, head.reason);
  if (head.length && !reader_->complete()) {
    const auto whole = size();
    fail_transfer(Again::yes, "the connection closed after {} of {} bytes",
                  offset().value_or(0) + reader_->received(), whole.value_or(*head.length));
  }
}

/// RFC 3986, 5.2, without the rarer forms.
void HttpTransfer::redirect(const std::string& location) {
  if (++redirects_ > kMaxRedirects) fail_transfer(Again::never, "more than {} redirects", kMaxRedirects);
  const std::string here = url_.str().substr(0, url_.str().find_first_of("?#"));
  const std::string server = "http://" + authority_of(here);
  std::string there = location;
  if (location.starts_with("//"))
    there = "http:" + location;
  else if (location.starts_with('/'))
    there = server + location;
  else if (location.starts_with('?'))
    there = here + location;
  else if (!Url::looks_like(location))
    there = here.substr(0, std::max(here.rfind('/'), server.size())) + "/" + location;
  const std::string scheme = lower_case(there.substr(0, there.find(':')));
  if (!plain::fetches_scheme(scheme))
    fail_transfer(Again::never, "redirected to {}:, which is not followed",
                  printable(scheme.substr(0, kMaxReason)));
  try {
    url_ = Url::parse(without_dots(there.substr(0, there.find('#'))));
  } catch (const Error& error) {
    fail_transfer(Again::never, "redirected to a {}", error.what());
  }
  reader_.reset();
  phase_ = Phase::looking_up;
  progress_by_ = Deadline::in(options_.connect_deadline);
  look_up();
}

void HttpTransfer::check_deadlines() {
  const auto connecting = options_.connect_deadline.count();
  const std::uint64_t received = reader_ ? reader_->received() : 0;
  const std::uint64_t gained = received - counted_;
  if (reader_ && gained >= kLeastRate * static_cast<std::uint64_t>(options_.stall_deadline.count())) {
    counted_ = received;
    progress_by_ = Deadline::in(options_.stall_deadline);
  }
  if (!progress_by_.expired()) return;
  if (phase_ == Phase::looking_up)
    fail_transfer(Again::once_begun, "no answer to the look-up of {} within {} seconds", url_.host(),
                  connecting);
  if (phase_ == Phase::connecting)
    fail_transfer(Again::once_begun, "no connection to {} within {} seconds", peer(), connecting);
  if (received == 0)
    fail_transfer(Again::yes, "no answer from {} within {} seconds", peer(), options_.stall_deadline.count());
  fail_standing_still(peer(), gained > 0, options_, received);
}

std::string HttpTransfer::peer() const {
  return address_.length() != 0 ? address_.str() : fmt::format("{} port {}", url_.host(), url_.port());
}

std::vector<pollfd> HttpTransfer::awaited() const {
  if (lookup_) return {{lookup_->fd(), POLLIN, 0}};
  const bool writes = phase_ == Phase::connecting || phase_ == Phase::asking;
  return {{socket_.get(), static_cast<short>(writes ? POLLOUT : POLLIN), 0}};
}

}  // namespace kboot
