#include "netfetch/transfer.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <new>
#include <string>

#include <strings.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/text.h"

namespace kboot {
namespace {

constexpr long kMaxRedirects = 10;
constexpr std::size_t kMaxReason = 60;        // bytes of a server's own words that are shown
constexpr long kReceiveBuffer = 256L * 1024;  // bytes; fewer system calls than curl's 16 KiB
constexpr long kTftpBlock = 1448;             // the largest that fits an Ethernet frame, IPv6 included
constexpr auto kProgressInterval = std::chrono::milliseconds(100);
constexpr long kRangeNotSatisfiable = 416;  // RFC 9110, 15.5.17
constexpr int kPollMs = 250;                // how often progress is looked at while nothing arrives

struct MultiDeleter {
  void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};

/// An easy handle is in the multi handle for as long as this lives.
class Membership {
 public:
  Membership(CURLM* multi, CURL* easy) : multi_(multi), easy_(easy) {
    if (curl_multi_add_handle(multi_, easy_) != CURLM_OK) throw std::bad_alloc();
  }
  ~Membership() { curl_multi_remove_handle(multi_, easy_); }
  Membership(const Membership&) = delete;
  Membership& operator=(const Membership&) = delete;

 private:
  CURLM* multi_;
  CURL* easy_;
};

std::string joined_schemes(bool (*wanted)(std::string_view)) {
  std::string list;
  for (const std::string_view scheme : fetchable_schemes()) {
    if (!wanted(scheme)) continue;
    if (!list.empty()) list += ',';
    list += scheme;
  }
  return list;
}

/// The value of header `name` when `line` is that header.
std::optional<std::string_view> header_value(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || line[name.size()] != ':') return {};
  if (strncasecmp(line.data(), name.data(), name.size()) != 0) return {};
  return trim(line.substr(name.size() + 1));
}

/// N of `bytes 0-511/N` or `bytes */N` (RFC 9110, 14.4).
std::optional<std::uint64_t> content_range_total(std::string_view value) {
  const std::size_t slash = value.rfind('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view digits = value.substr(slash + 1);
  std::uint64_t total = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), total);
  if (error != std::errc() || end != digits.data() + digits.size()) return {};
  return total;
}

}  // namespace

template <typename Option, typename Value>
void Transfer::set(Option option, Value value) {
  const CURLcode code = curl_easy_setopt(easy_.get(), option, value);
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
  if (code != CURLE_OK) fail("libcurl option {}: {}", static_cast<int>(option), curl_easy_strerror(code));
}

template <typename Value>
std::optional<Value> Transfer::info(CURLINFO which) const {
  Value value{};
  if (curl_easy_getinfo(easy_.get(), which, &value) != CURLE_OK) return {};
  return value;
}

Transfer::Transfer(const Url& url, const FetchOptions& options, Consumer consumer)
    : url_(url),
      options_(options),
      consumer_(std::move(consumer)),
      easy_(curl_easy_init()),
      error_(std::make_unique<char[]>(CURL_ERROR_SIZE)) {
  if (!easy_) throw std::bad_alloc();
  const auto any = [](std::string_view) { return true; };
  const auto web = [](std::string_view scheme) { return scheme.starts_with("http"); };

  set(CURLOPT_ERRORBUFFER, error_.get());
  set(CURLOPT_URL, url.str().c_str());
  set(CURLOPT_PROTOCOLS_STR, joined_schemes(any).c_str());
  set(CURLOPT_REDIR_PROTOCOLS_STR, joined_schemes(web).c_str());
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, kMaxRedirects);
  set(CURLOPT_FAILONERROR, 1L);
  set(CURLOPT_USERAGENT, "kboot/" KBOOT_VERSION);
  // http_proxy and its kin are not looked at: a plan made on a host must see what the loader will see.
  set(CURLOPT_PROXY, "");

  set(CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::chrono::milliseconds(options.connect_deadline).count()));
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.stall_deadline.count()));
  set(CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(options.stall_deadline.count()));
  set(CURLOPT_NOSIGNAL, 1L);
  // A ^C while a name is looked up must not wait for the resolver's thread.
  set(CURLOPT_QUICK_EXIT, 1L);
  set(CURLOPT_BUFFERSIZE, kReceiveBuffer);
  set(CURLOPT_TFTP_BLKSIZE, kTftpBlock);

  set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_PREREQFUNCTION, &Transfer::on_request);
  set(CURLOPT_PREREQDATA, static_cast<void*>(this));
}

void Transfer::ask_for_head(std::size_t bytes) {
  head_only_ = true;
  // Only HTTP: with FTP and TFTP curl would no longer tell the size of the whole, and hanging up works as
  // well.
  if (url_.scheme().starts_with("http") && bytes > 0)
    set(CURLOPT_RANGE, fmt::format("0-{}", bytes - 1).c_str());
}

void Transfer::set_size_limit(std::uint64_t bytes) {
  size_limit_ = bytes;
  set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(bytes));
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t length = size * count;
  try {
    transfer.received_ += length;
    if (transfer.consumer_({data, length})) return length;
    transfer.satisfied_ = true;
  } catch (...) {
    transfer.failure_ = std::current_exception();
  }
  return CURL_WRITEFUNC_ERROR;
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    transfer.read_header({data, size * count});
    return size * count;
  } catch (...) {
    transfer.failure_ = std::current_exception();
    return 0;
  }
}

/// Called before each request, that of a redirect included. CURLOPT_REDIR_PROTOCOLS cannot tell http -> https
/// -> http (refused) from http -> http.
int Transfer::on_request(void* self, char* /*remote*/, char* /*local*/, int /*remote_port*/,
                         int /*local_port*/) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  const char* scheme = nullptr;
  curl_easy_getinfo(transfer.easy_.get(), CURLINFO_SCHEME, &scheme);
  const bool secure = scheme != nullptr && strcasecmp(scheme, "https") == 0;
  if (transfer.was_secure_ && !secure) {
    transfer.downgraded_ = true;
    return CURL_PREREQFUNC_ABORT;
  }
  transfer.was_secure_ = secure;
  return CURL_PREREQFUNC_OK;
}

void Transfer::read_header(std::string_view line) {
  if (line.starts_with("HTTP/")) {
    // A new response: what the last one said no longer counts.
    is_part_ = false;
    range_total_.reset();
    const std::size_t blank = line.find(' ');
    status_ =
        blank == std::string_view::npos ? "" : printable(trim(line.substr(blank)).substr(0, kMaxReason));
  } else if (const auto range = header_value(line, "Content-Range")) {
    is_part_ = true;
    range_total_ = content_range_total(*range);
  } else if (const auto location = header_value(line, "Location")) {
    location_ = *location;
  }
}

std::optional<std::uint64_t> Transfer::size() const {
  if (is_part_) return range_total_;
  if (const auto length = info<curl_off_t>(CURLINFO_CONTENT_LENGTH_DOWNLOAD_T); length && *length >= 0)
    return static_cast<std::uint64_t>(*length);
  return {};
}

void Transfer::show_progress() {
  if (!options_.progress) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_progress_ < kProgressInterval) return;
  last_progress_ = now;
  options_.progress({received_, size()});
}

CURLcode Transfer::drive() {
  const std::unique_ptr<CURLM, MultiDeleter> multi(curl_multi_init());
  if (!multi) throw std::bad_alloc();
  const Membership membership(multi.get(), easy_.get());
  for (;;) {
    int running = 0;
    if (const CURLMcode code = curl_multi_perform(multi.get(), &running); code != CURLM_OK)
      fail("libcurl: {}", curl_multi_strerror(code));
    Interrupt::throw_if_requested();
    show_progress();
    if (running == 0) break;

    curl_waitfd interrupt{Interrupt::fd(), CURL_WAIT_POLLIN, 0};
    const unsigned extra = interrupt.fd >= 0 ? 1 : 0;
    if (const CURLMcode code = curl_multi_poll(multi.get(), &interrupt, extra, kPollMs, nullptr);
        code != CURLM_OK)
      fail("libcurl: {}", curl_multi_strerror(code));
    Interrupt::throw_if_requested();
  }
  int left = 0;
  const CURLMsg* message = curl_multi_info_read(multi.get(), &left);
  return message != nullptr ? message->data.result : CURLE_FAILED_INIT;
}

void Transfer::run() {
  const CURLcode code = drive();
  if (failure_) std::rethrow_exception(failure_);
  if (code == CURLE_OK || satisfied_) return;
  // No range of an empty file can be sent.
  if (head_only_ && info<long>(CURLINFO_RESPONSE_CODE) == kRangeNotSatisfiable && range_total_ == 0) return;
  explain(code);
}

/// Where redirects have led to.
Url Transfer::effective_url() const {
  const auto text = info<const char*>(CURLINFO_EFFECTIVE_URL);
  return text && *text != nullptr ? Url::parse(*text) : url_;
}

/// The server by its address, or by its name as long as no connection was made.
std::string Transfer::peer() const {
  const auto address = info<const char*>(CURLINFO_PRIMARY_IP);
  const auto port = info<long>(CURLINFO_PRIMARY_PORT);
  if (address && *address != nullptr && **address != '\0' && port && *port > 0)
    return fmt::format("{} port {}", *address, *port);
  const Url url = effective_url();
  return fmt::format("{} port {}", url.host(), url.port());
}

void Transfer::explain_timeout() const {
  if (info<curl_off_t>(CURLINFO_NAMELOOKUP_TIME_T).value_or(0) == 0)
    fail("no answer to the look-up of {} within {} seconds", effective_url().host(),
         options_.connect_deadline.count());
  if (info<curl_off_t>(CURLINFO_CONNECT_TIME_T).value_or(0) == 0)
    fail("no connection to {} within {} seconds", peer(), options_.connect_deadline.count());
  if (received_ == 0) fail("no answer from {} within {} seconds", peer(), options_.stall_deadline.count());
  fail("{} sent nothing for {} seconds, after {}", peer(), options_.stall_deadline.count(),
       human_size(received_));
}

/// libcurl's reasons in the words of a person at a prompt. Its own texts are used where they hold no URL.
void Transfer::explain(CURLcode code) const {
  const long os_error = info<long>(CURLINFO_OS_ERRNO).value_or(0);
  switch (code) {
    case CURLE_HTTP_RETURNED_ERROR:
      fail("{}", status_);
    case CURLE_COULDNT_RESOLVE_HOST:
      fail("no address for {}", effective_url().host());
    case CURLE_COULDNT_CONNECT:
      if (os_error == ECONNREFUSED) fail("connection refused by {}", peer());
      if (os_error != 0) fail_errno(static_cast<int>(os_error), fmt::format("connect to {}", peer()));
      fail("no connection to {}", peer());
    case CURLE_OPERATION_TIMEDOUT:
      explain_timeout();
    case CURLE_TOO_MANY_REDIRECTS:
      fail("more than {} redirects", kMaxRedirects);
    case CURLE_ABORTED_BY_CALLBACK:
      if (downgraded_) fail("redirected from https to http, which is not followed");
      break;
    case CURLE_UNSUPPORTED_PROTOCOL:
      if (const std::size_t colon = location_.find(':'); colon != std::string::npos)
        fail("redirected to {}:, which is not followed",
             printable(location_.substr(0, colon).substr(0, kMaxReason)));
      break;
    case CURLE_FILESIZE_EXCEEDED:
      fail("too long: there is room for {}", human_size(size_limit_));
    case CURLE_PARTIAL_FILE:
      if (const auto announced = size())
        fail("the connection closed after {} of {} bytes", received_, *announced);
      fail("the connection closed before the end, after {} bytes", received_);
    case CURLE_GOT_NOTHING:
      fail("{} closed the connection without an answer", peer());
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      if (os_error != 0)
        fail_errno(static_cast<int>(os_error), fmt::format("after {}", human_size(received_)));
      break;
    case CURLE_REMOTE_FILE_NOT_FOUND:
    case CURLE_TFTP_NOTFOUND:
      fail("no such file on the server");
    case CURLE_REMOTE_ACCESS_DENIED:
    case CURLE_TFTP_PERM:
      fail("the server refuses access");
    case CURLE_LOGIN_DENIED:
      fail("the server refuses the user name or password");
    default:
      break;
  }
  const char* text = error_[0] != '\0' ? error_.get() : curl_easy_strerror(code);
  fail("{}", printable(text));
}

}  // namespace kboot
