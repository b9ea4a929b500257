#include "netfetch/curl_transfer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <new>
#include <string>

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <strings.h>
#include <unistd.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/number.h"
#include "base/text.h"

namespace kboot {
namespace {

constexpr long kMaxRedirects = 10;
constexpr std::size_t kMaxReason = 60;        // bytes of a server's own words that are shown
constexpr long kReceiveBuffer = 256L * 1024;  // bytes; fewer system calls than curl's 16 KiB
constexpr curl_off_t kUnansweredLookup =
    4'000'000;                              // microseconds; musl and glibc give up after five seconds
constexpr long kRangeNotSatisfiable = 416;  // RFC 9110, 15.5.17

using Again = TransferError::Again;

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
  return slash == std::string_view::npos ? std::nullopt : whole_number(value.substr(slash + 1));
}

/// S of `bytes S-511/N`.
std::optional<std::uint64_t> content_range_start(std::string_view value) {
  constexpr std::string_view kUnit = "bytes ";
  if (!value.starts_with(kUnit)) return {};
  value.remove_prefix(kUnit.size());
  const std::size_t hyphen = value.find('-');
  return hyphen == std::string_view::npos ? std::nullopt : whole_number(value.substr(0, hyphen));
}

/// Whether a person would try again what an HTTP server answered so: it is overloaded, or what stands behind
/// it is not there yet (RFC 9110, 15.5.9 and 15.6; RFC 6585, 4).
bool is_passing(long status) {
  constexpr std::array<long, 6> kPassing = {408, 429, 500, 502, 503, 504};
  return std::find(kPassing.begin(), kPassing.end(), status) != kPassing.end();
}

}  // namespace

std::unique_ptr<Transfer> make_web_transfer(const Url& url, const FetchOptions& options,
                                            const ServerAccess& access, Transfer::Consumer consumer) {
  return std::make_unique<CurlTransfer>(url, options, access, std::move(consumer));
}

template <typename Option, typename Value>
void CurlTransfer::set(Option option, Value value) {
  const CURLcode code = curl_easy_setopt(easy_.get(), option, value);
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
  if (code != CURLE_OK) fail("libcurl option {}: {}", static_cast<int>(option), curl_easy_strerror(code));
}

template <typename Value>
std::optional<Value> CurlTransfer::info(CURLINFO which) const {
  Value value{};
  if (curl_easy_getinfo(easy_.get(), which, &value) != CURLE_OK) return {};
  return value;
}

CurlTransfer::CurlTransfer(const Url& url, const FetchOptions& options, const ServerAccess& access,
                           Consumer consumer)
    : url_(url),
      options_(options),
      consumer_(std::move(consumer)),
      easy_(curl_easy_init()),
      error_(std::make_unique<char[]>(CURL_ERROR_SIZE)) {
  if (!easy_) throw std::bad_alloc();
  const auto of_curl = [](std::string_view scheme) { return scheme != "tftp"; };
  const auto web = [](std::string_view scheme) { return scheme.starts_with("http"); };

  set(CURLOPT_PRIVATE, static_cast<void*>(this));
  set(CURLOPT_ERRORBUFFER, error_.get());
  set(CURLOPT_URL, url.str().c_str());
  set(CURLOPT_PROTOCOLS_STR, joined_schemes(of_curl).c_str());
  set(CURLOPT_REDIR_PROTOCOLS_STR, joined_schemes(web).c_str());
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, kMaxRedirects);
  set(CURLOPT_FAILONERROR, 1L);
  set(CURLOPT_USERAGENT, "kboot/" KBOOT_VERSION);
  // http_proxy and its kin are not looked at: a plan made on a host must see what the loader will see.
  set(CURLOPT_PROXY, access.proxy.c_str());
  set(CURLOPT_NOPROXY, access.no_proxy.c_str());

  set(CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::chrono::milliseconds(options.connect_deadline).count()));
  set(CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(kLeastRate));
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.stall_deadline.count()));
  set(CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(options.stall_deadline.count()));
  set(CURLOPT_NOSIGNAL, 1L);
  // A ^C while a name is looked up must not wait for the resolver's thread.
  set(CURLOPT_QUICK_EXIT, 1L);
  set(CURLOPT_BUFFERSIZE, kReceiveBuffer);
  set(CURLOPT_FILETIME, 1L);
  if (is_web()) set_up_tls(access.tls);

  set(CURLOPT_WRITEFUNCTION, &CurlTransfer::on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  // Where curl waits by itself, it looks here once a second.
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &CurlTransfer::on_progress);
  set(CURLOPT_HEADERFUNCTION, &CurlTransfer::on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_PREREQFUNCTION, &CurlTransfer::on_request);
  set(CURLOPT_PREREQDATA, static_cast<void*>(this));
}

/// Every web server may redirect to an https one.
void CurlTransfer::set_up_tls(const TlsFiles& tls) {
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  // The words of certificate errors are made from what OpenSSL found, not from what was asked.
  const long check = url_.insecure() ? 0 : 1;
  set(CURLOPT_SSL_VERIFYPEER, check);
  set(CURLOPT_SSL_VERIFYHOST, check * 2);
  if (!tls.authorities.empty()) set(CURLOPT_CAINFO, tls.authorities.c_str());
  if (!tls.certificate.empty() && ::access(tls.certificate.c_str(), F_OK) == 0) {
    set(CURLOPT_SSLCERT, tls.certificate.c_str());
    set(CURLOPT_SSLKEY, tls.key.c_str());
  }
}

bool CurlTransfer::is_web() const {
  return url_.scheme().starts_with("http");
}

void CurlTransfer::ask_for_head(std::size_t bytes) {
  head_only_ = true;
  // Only HTTP: with FTP curl would no longer tell the size of the whole, and hanging up works as
  // well.
  if (is_web() && bytes > 0) set(CURLOPT_RANGE, fmt::format("0-{}", bytes - 1).c_str());
}

void CurlTransfer::ask_for_rest(std::uint64_t offset, const std::string& version) {
  wanted_offset_ = offset;
  if (!is_web()) return set(CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(offset));
  // Not CURLOPT_RESUME_FROM: with it curl takes the whole file, if that is what comes, for an error.
  set(CURLOPT_RANGE, fmt::format("{}-", offset).c_str());
  headers_.reset(curl_slist_append(headers_.release(), fmt::format("If-Range: {}", version).c_str()));
  if (!headers_) throw std::bad_alloc();
  set(CURLOPT_HTTPHEADER, headers_.get());
}

void CurlTransfer::send(std::string_view contents, Method method) {
  to_send_ = contents;
  // Without it curl waits a second for a server that does not know the header.
  headers_.reset(curl_slist_append(headers_.release(), "Expect:"));
  if (!headers_) throw std::bad_alloc();
  set(CURLOPT_HTTPHEADER, headers_.get());
  set(CURLOPT_UPLOAD, 1L);
  if (method == Method::post) set(CURLOPT_CUSTOMREQUEST, "POST");
  set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(contents.size()));
  set(CURLOPT_READFUNCTION, &CurlTransfer::on_send);
  set(CURLOPT_READDATA, static_cast<void*>(this));
}

void CurlTransfer::ask_for_date() {
  set(CURLOPT_NOBODY, 1L);
  // Whatever the server says of the file, it says what time it is.
  set(CURLOPT_FAILONERROR, 0L);
  set(CURLOPT_FOLLOWLOCATION, 0L);
  curl_ssl_ctx_callback without_dates = [](CURL*, void* context, void*) {
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(static_cast<SSL_CTX*>(context)),
                                X509_V_FLAG_NO_CHECK_TIME);
    return CURLE_OK;
  };
  set(CURLOPT_SSL_CTX_FUNCTION, without_dates);
  // A connection whose certificate was not looked at like that must not serve another request.
  set(CURLOPT_FRESH_CONNECT, 1L);
  set(CURLOPT_FORBID_REUSE, 1L);
}

void CurlTransfer::set_size_limit(std::uint64_t bytes) {
  size_limit_ = bytes;
  set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(bytes));
}

std::size_t CurlTransfer::on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const std::size_t length = size * count;
  try {
    transfer.received_ += length;
    transfer.last_byte_ = std::chrono::steady_clock::now();
    if (transfer.consumer_({data, length}) && !transfer.has_all_of_ftp()) return length;
    transfer.satisfied_ = true;
  } catch (...) {
    transfer.failure_ = std::current_exception();
  }
  return CURL_WRITEFUNC_ERROR;
}

/// For the "226 Transfer complete" on the control connection curl would wait with all other transfers
/// standing still (ftp_done() in its lib/ftp.c): when the server has gone meanwhile, up to the stall
/// deadline.
bool CurlTransfer::has_all_of_ftp() const {
  if (is_web()) return false;
  const auto announced = size();
  return announced && wanted_offset_ + received_ == *announced;
}

int CurlTransfer::on_progress(void* /*self*/, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
  return Interrupt::requested() ? 1 : 0;
}

std::size_t CurlTransfer::on_header(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  try {
    transfer.read_header({data, size * count});
    return size * count;
  } catch (...) {
    transfer.failure_ = std::current_exception();
    return 0;
  }
}

std::size_t CurlTransfer::on_send(char* room, std::size_t size, std::size_t count, void* self) noexcept {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const std::string_view next = transfer.to_send_.substr(0, size * count);
  std::memcpy(room, next.data(), next.size());
  transfer.to_send_.remove_prefix(next.size());
  return next.size();
}

/// Called before each request, that of a redirect included. CURLOPT_REDIR_PROTOCOLS cannot tell http -> https
/// -> http (refused) from http -> http.
int CurlTransfer::on_request(void* self, char* /*remote*/, char* /*local*/, int /*remote_port*/,
                             int /*local_port*/) noexcept {
  auto& transfer = *static_cast<CurlTransfer*>(self);
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

void CurlTransfer::read_header(std::string_view line) {
  if (line.starts_with("HTTP/")) {
    // A new response: what the last one said no longer counts.
    response_ = {};
    const std::size_t blank = line.find(' ');
    if (blank != std::string_view::npos)
      response_.status = printable(trim(line.substr(blank)).substr(0, kMaxReason));
  } else if (const auto range = header_value(line, "Content-Range")) {
    response_.is_part = true;
    response_.range_start = content_range_start(*range);
    response_.range_total = content_range_total(*range);
  } else if (const auto tag = header_value(line, "ETag")) {
    if (tag->starts_with('"')) response_.tag = *tag;  // a weak one is no use for ranges: RFC 9110, 13.1.5
  } else if (const auto modified = header_value(line, "Last-Modified")) {
    response_.modified = *modified;
  } else if (const auto date = header_value(line, "Date")) {
    response_.date = *date;
  } else if (const auto location = header_value(line, "Location")) {
    location_ = *location;
  }
}

std::optional<std::uint64_t> CurlTransfer::size() const {
  if (response_.is_part) return response_.range_total;
  const auto length = info<curl_off_t>(CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
  if (length && *length >= 0) return static_cast<std::uint64_t>(*length) + (is_web() ? 0 : wanted_offset_);
  return {};
}

std::uint64_t CurlTransfer::offset() const {
  if (!is_web()) return wanted_offset_;
  return response_.is_part ? response_.range_start.value_or(0) : 0;
}

std::string CurlTransfer::version() const {
  if (is_web()) return response_.tag.empty() ? response_.modified : response_.tag;
  // Of an FTP server.
  const auto time = info<curl_off_t>(CURLINFO_FILETIME_T);
  const auto bytes = size();
  return time && *time >= 0 && bytes ? fmt::format("{} {}", *time, *bytes) : std::string();
}

std::optional<std::int64_t> CurlTransfer::date() const {
  const std::time_t time = response_.date.empty() ? -1 : curl_getdate(response_.date.c_str(), nullptr);
  if (time < 0) return {};
  return time;
}

bool CurlTransfer::refuses_method() const {
  const long status = info<long>(CURLINFO_RESPONSE_CODE).value_or(0);
  constexpr long kMethodNotAllowed = 405;
  constexpr long kNotImplemented = 501;
  return is_web() && (status == kMethodNotAllowed || status == kNotImplemented);
}

void CurlTransfer::finish() const {
  if (failure_) std::rethrow_exception(failure_);
  if (code_ == CURLE_OK || satisfied_) return;
  // No range of an empty file can be sent.
  if (head_only_ && info<long>(CURLINFO_RESPONSE_CODE) == kRangeNotSatisfiable && response_.range_total == 0)
    return;
  explain();
}

/// Where redirects have led to.
Url CurlTransfer::effective_url() const {
  const auto text = info<const char*>(CURLINFO_EFFECTIVE_URL);
  return text && *text != nullptr ? Url::parse(*text) : url_;
}

/// The server by its address, or by its name as long as no connection was made.
std::string CurlTransfer::peer() const {
  const auto address = info<const char*>(CURLINFO_PRIMARY_IP);
  const auto port = info<long>(CURLINFO_PRIMARY_PORT);
  if (address && *address != nullptr && **address != '\0' && port && *port > 0)
    return fmt::format("{} port {}", *address, *port);
  const Url url = effective_url();
  return fmt::format("{} port {}", url.host(), url.port());
}

void CurlTransfer::explain_timeout() const {
  if (info<curl_off_t>(CURLINFO_NAMELOOKUP_TIME_T).value_or(0) == 0)
    fail_transfer(Again::once_begun, "no answer to the look-up of {} within {} seconds",
                  effective_url().host(), options_.connect_deadline.count());
  if (info<curl_off_t>(CURLINFO_CONNECT_TIME_T).value_or(0) == 0)
    fail_transfer(Again::once_begun, "no connection to {} within {} seconds", peer(),
                  options_.connect_deadline.count());
  if (received_ == 0)
    fail_transfer(Again::yes, "no answer from {} within {} seconds", peer(), options_.stall_deadline.count());
  const bool trickles = std::chrono::steady_clock::now() - last_byte_ < options_.stall_deadline / 2;
  fail_standing_still(peer(), trickles, options_, received_);
}

/// Why there is no TLS connection, when the certificate is not the reason.
void CurlTransfer::explain_handshake() const {
  std::string_view reason = error_.get();
  // "…: error:0A00010B:SSL routines::wrong version number, errno 0"
  if (const std::size_t colons = reason.rfind("::"); colons != std::string_view::npos) {
    reason.remove_prefix(colons + 2);
    reason = reason.substr(0, reason.find(','));
  }
  if (reason == "wrong version number" || reason == "packet length too long")
    fail_transfer(Again::never, "{} does not speak TLS", peer());
  if (reason.ends_with("alert certificate required"))
    fail_transfer(Again::never, "{} wants to see a client certificate", peer());
  fail_transfer(Again::never, "TLS with {}: {}", peer(), printable(reason));
}

/// What is wrong with the server's certificate, in words. X509_V_… are those of
/// openssl-verification-options(1).
void CurlTransfer::explain_certificate() const {
  const std::string host = effective_url().host();
  const std::string now = utc_text(std::time(nullptr));
  const long found = info<long>(CURLINFO_SSL_VERIFYRESULT).value_or(X509_V_OK);
  switch (found) {
    case X509_V_OK:
    case X509_V_ERR_UNSPECIFIED:  // curl looks at names before it keeps what OpenSSL found
      fail_transfer(Again::never, "the server's certificate is not for {}", host);
    case X509_V_ERR_CERT_HAS_EXPIRED:
      fail_transfer(Again::never, "the certificate of {} has expired, if the clock is right: {} UTC", host,
                    now);
    case X509_V_ERR_CERT_NOT_YET_VALID:
      fail_transfer(Again::never, "the certificate of {} is not valid yet, if the clock is right: {} UTC",
                    host, now);
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      fail_transfer(Again::never, "the certificate of {} is signed by itself alone", host);
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      fail_transfer(Again::never, "the certificate of {} is signed by nobody who is trusted here", host);
    default:
      fail_transfer(Again::never, "the certificate of {}: {}", host, X509_verify_cert_error_string(found));
  }
}

/// libcurl's reasons in the words of a person at a prompt. Its own texts are used where they hold no URL.
void CurlTransfer::explain() const {
  const long os_error = info<long>(CURLINFO_OS_ERRNO).value_or(0);
  switch (code_) {
    case CURLE_HTTP_RETURNED_ERROR:
      fail_transfer(is_passing(info<long>(CURLINFO_RESPONSE_CODE).value_or(0)) ? Again::yes : Again::never,
                    "{}", response_.status);
    case CURLE_COULDNT_RESOLVE_HOST:
      // libcurl does not tell the two apart; a name server's answer does not take as long as the C library
      // waits.
      if (info<curl_off_t>(CURLINFO_TOTAL_TIME_T).value_or(0) >= kUnansweredLookup)
        fail_unanswered_lookup(effective_url().host());
      fail_transfer(Again::once_begun, "no address for {}", effective_url().host());
    case CURLE_COULDNT_CONNECT:
      if (os_error == ECONNREFUSED) fail_transfer(Again::once_begun, "connection refused by {}", peer());
      if (os_error != 0)
        fail_transfer(Again::once_begun, "connect to {}: {}", peer(),
                      std::strerror(static_cast<int>(os_error)));
      fail_transfer(Again::once_begun, "no connection to {}", peer());
    case CURLE_OPERATION_TIMEDOUT:
      explain_timeout();
    case CURLE_TOO_MANY_REDIRECTS:
      fail_transfer(Again::never, "more than {} redirects", kMaxRedirects);
    case CURLE_ABORTED_BY_CALLBACK:
      if (downgraded_) fail_transfer(Again::never, "redirected from https to http, which is not followed");
      break;
    case CURLE_UNSUPPORTED_PROTOCOL:
      if (const std::size_t colon = location_.find(':'); colon != std::string::npos)
        fail_transfer(Again::never, "redirected to {}:, which is not followed",
                      printable(location_.substr(0, colon).substr(0, kMaxReason)));
      break;
    case CURLE_FILESIZE_EXCEEDED:
      fail_transfer(Again::never, "too long: there is room for {}", human_size(size_limit_));
    case CURLE_PARTIAL_FILE:
      if (const auto announced = size())
        fail_transfer(Again::yes, "the connection closed after {} of {} bytes", offset() + received_,
                      *announced);
      fail_transfer(Again::yes, "the connection closed before the end, after {} bytes", received_);
    case CURLE_GOT_NOTHING:
      fail_transfer(Again::yes, "{} closed the connection without an answer", peer());
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      if (os_error != 0)
        fail_transfer(Again::yes, "after {}: {}", human_size(received_),
                      std::strerror(static_cast<int>(os_error)));
      if (std::strstr(error_.get(), "alert ") != nullptr) explain_handshake();
      if (received_ > 0)
        fail_transfer(Again::yes, "after {}: {}", human_size(received_), printable(error_.get()));
      break;
    case CURLE_REMOTE_FILE_NOT_FOUND:
      fail_transfer(Again::never, "no such file on the server");
    case CURLE_REMOTE_ACCESS_DENIED:
      fail_transfer(Again::never, "the server refuses access");
    case CURLE_LOGIN_DENIED:
      fail_transfer(Again::never, "the server refuses the user name or password");
    case CURLE_PEER_FAILED_VERIFICATION:
      explain_certificate();
    case CURLE_SSL_CONNECT_ERROR:
      explain_handshake();
    case CURLE_SSL_CERTPROBLEM:
      fail_transfer(Again::never, "the client certificate here, or its key, cannot be used");
    case CURLE_SSL_CACERT_BADFILE:
      fail_transfer(Again::never, "there are no certificates here to check {} against",
                    effective_url().host());
    default:
      break;
  }
  const char* text = error_[0] != '\0' ? error_.get() : curl_easy_strerror(code_);
  fail_transfer(Again::never, "{}", printable(text));
}

}  // namespace kboot
