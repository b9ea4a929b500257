// CurlTransfer: how an attempt ended, in the words of a person at a prompt.

#include <cerrno>
#include <cstring>
#include <ctime>
#include <string>

#include <openssl/x509_vfy.h>

#include "base/error.h"
#include "base/text.h"
#include "netfetch/curl/transfer.h"

namespace kboot {
namespace {

constexpr curl_off_t kUnansweredLookup =
    4'000'000;                              // microseconds; musl and glibc give up after five seconds
constexpr long kRangeNotSatisfiable = 416;  // RFC 9110, 15.5.17

using Again = TransferError::Again;

}  // namespace

bool CurlTransfer::refuses_method() const {
  const long status = info<long>(CURLINFO_RESPONSE_CODE).value_or(0);
  constexpr long kMethodNotAllowed = 405;
  constexpr long kNotImplemented = 501;
  return is_web() && (status == kMethodNotAllowed || status == kNotImplemented);
}

void CurlTransfer::finish() const {
  if (failure_) std::rethrow_exception(failure_);
  if (code_ == CURLE_OK || satisfied_) return require_file();
  // No range of an empty file can be sent.
  if (head_only_ && info<long>(CURLINFO_RESPONSE_CODE) == kRangeNotSatisfiable && response_.range_total == 0)
    return;
  explain();
}

/// libcurl takes some answers for a file that are none: a head that breaks off, a redirect to nowhere.
void CurlTransfer::require_file() const {
  if (!is_web() || date_only_) return;
  constexpr long kOk = 200;
  constexpr long kRedirects = 300;
  const long status = info<long>(CURLINFO_RESPONSE_CODE).value_or(0);
  if (!response_.whole || status < kOk)
    fail_transfer(Again::yes, "{} closed the connection without an answer", peer());
  if (status >= kRedirects) fail_transfer(Again::never, "{}", response_.status);
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
      fail_http_status(info<long>(CURLINFO_RESPONSE_CODE).value_or(0), response_.status);
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
    case CURLE_WEIRD_SERVER_REPLY:
      if (std::strstr(error_.get(), "Content-Length") != nullptr)
        fail_transfer(Again::never, "the server's Content-Length is no number");
      break;
    case CURLE_URL_MALFORMAT:
      if (!location_.empty())
        fail_transfer(Again::never, "redirected to a bad URL: {}", printable_head(location_, kMaxReason));
      break;
    case CURLE_UNSUPPORTED_PROTOCOL:
      // "Received HTTP/0.9 when not allowed"
      if (std::strstr(error_.get(), "HTTP/") != nullptr ||
          std::strstr(error_.get(), "HTTP version") != nullptr)
        fail_transfer(Again::never, "the server does not speak HTTP");
      if (const std::size_t colon = location_.find(':'); colon != std::string::npos)
        fail_transfer(Again::never, "redirected to {}:, which is not followed",
                      printable(location_.substr(0, colon).substr(0, kMaxReason)));
      break;
    case CURLE_FILESIZE_EXCEEDED:
      fail_transfer(Again::never, "too long: there is room for {}", human_size(size_limit_));
    case CURLE_PARTIAL_FILE:
      if (const auto announced = size())
        fail_transfer(Again::yes, "the connection closed after {} of {} bytes",
                      offset().value_or(0) + received_, *announced);
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
      throw NotOnServer("no such file on the server");
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
