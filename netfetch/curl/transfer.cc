#include "netfetch/curl/transfer.h"

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

constexpr std::size_t kMaxHead = 65536;
constexpr long kReceiveBuffer = 256L * 1024;         // bytes; fewer system calls than curl's 16 KiB
constexpr std::string_view kPartialContent = "206";  // RFC 9110, 15.3.7

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

}  // namespace

template <typename Option, typename Value>
void CurlTransfer::set(Option option, Value value) {
  const CURLcode code = curl_easy_setopt(easy_.get(), option, value);
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
  if (code != CURLE_OK) fail("libcurl option {}: {}", static_cast<int>(option), curl_easy_strerror(code));
}

CurlTransfer::CurlTransfer(const Url& url, const FetchOptions& options, const ServerAccess& access,
                           Consumer consumer)
    : url_(url),
      options_(options),
      consumer_(std::move(consumer)),
      error_(std::make_unique<char[]>(CURL_ERROR_SIZE)),
      easy_(curl_easy_init()) {
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
  if (url_.insecure()) keep_tls_to_itself();
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
  date_only_ = true;
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
  keep_tls_to_itself();
}

/// Neither a connection whose certificate was not checked as usual nor its TLS session, which a server
/// resumes without showing a certificate, may serve another request.
void CurlTransfer::keep_tls_to_itself() {
  set(CURLOPT_FRESH_CONNECT, 1L);
  set(CURLOPT_FORBID_REUSE, 1L);
  set(CURLOPT_SSL_SESSIONID_CACHE, 0L);
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
  // A new response: what the last one said no longer counts.
  if (line.starts_with("HTTP/")) response_ = {};
  response_.bytes += line.size();
  if (is_web() && response_.bytes > kMaxHead)
    fail_transfer(Again::never, "the server's answer begins with more than {}", human_size(kMaxHead));
  response_.whole = trim(line).empty();
  if (line.starts_with("HTTP/")) {
    const std::size_t blank = line.find(' ');
    if (blank != std::string_view::npos)
      response_.status = printable(trim(line.substr(blank)).substr(0, kMaxReason));
    response_.is_part = response_.status.starts_with(kPartialContent);
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

std::optional<std::uint64_t> CurlTransfer::offset() const {
  if (!is_web()) return wanted_offset_;
  return response_.is_part ? response_.range_start : 0;
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

}  // namespace kboot
