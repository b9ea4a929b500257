// Which of the variants this kboot fetches by: the only file here that knows what was left out.

#include <memory>
#include <utility>

#include "netfetch/server_fetcher.h"
#include "netfetch/sha256.h"
#include "netfetch/url_syntax.h"

#if KBOOT_HAS_CURL
#include "netfetch/curl/fetcher.h"
#include "netfetch/curl/sha256.h"
#include "netfetch/curl/url_syntax.h"
#else
#include "netfetch/plain/fetcher.h"
#include "netfetch/plain/sha256.h"
#include "netfetch/plain/url_syntax.h"
#endif

namespace kboot {

#if KBOOT_HAS_CURL

std::unique_ptr<Fetcher> make_fetcher(TlsFiles tls) {
  return std::make_unique<CurlFetcher>(std::move(tls));
}

Sha256::Sha256() : digest_(std::make_unique<OpensslSha256>()) {}

namespace chosen = curl;

#else

std::unique_ptr<Fetcher> make_fetcher(TlsFiles /*tls*/) {
  return std::make_unique<PlainFetcher>();
}

Sha256::Sha256() : digest_(std::make_unique<PlainSha256>()) {}

namespace chosen = plain;

#endif

UrlParts split_url(const std::string& url) {
  return chosen::split_url(url);
}

std::string percent_decode(const std::string& text) {
  return chosen::percent_decode(text);
}

bool fetches_scheme(std::string_view scheme) {
  return chosen::fetches_scheme(scheme);
}

}  // namespace kboot
