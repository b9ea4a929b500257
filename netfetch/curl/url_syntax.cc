#include "netfetch/curl/url_syntax.h"

#include <memory>
#include <new>

#include <curl/curl.h>

#include "base/error.h"
#include "base/text.h"

namespace kboot::curl {
namespace {

struct CurlUrlDeleter {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
using CurlUrl = std::unique_ptr<CURLU, CurlUrlDeleter>;

struct CurlStringDeleter {
  void operator()(char* text) const noexcept { curl_free(text); }
};

std::string part(const CurlUrl& url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return {};
  const std::unique_ptr<char, CurlStringDeleter> owner(text);
  return text;
}

}  // namespace

UrlParts split_url(const std::string& url) {
  const CurlUrl parsed(curl_url());
  if (!parsed) throw std::bad_alloc();
  // The scheme is checked against our own list, with a message of our own.
  const CURLUcode code = curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME);
  if (code != CURLUE_OK) fail("bad URL: {}", lower_case(curl_url_strerror(code)));
  UrlParts parts{.host = part(parsed, CURLUPART_HOST),
                 .zone = part(parsed, CURLUPART_ZONEID),
                 .port = part(parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT),
                 .path = part(parsed, CURLUPART_PATH),
                 .fragment = part(parsed, CURLUPART_FRAGMENT),
                 .has_query = !part(parsed, CURLUPART_QUERY).empty(),
                 .bare = ""};
  for (const CURLUPart secret :
       {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_QUERY, CURLUPART_FRAGMENT})
    curl_url_set(parsed.get(), secret, nullptr, 0);
  parts.bare = part(parsed, CURLUPART_URL);
  return parts;
}

std::string percent_decode(const std::string& text) {
  int length = 0;
  const std::unique_ptr<char, CurlStringDeleter> decoded(
      curl_easy_unescape(nullptr, text.c_str(), static_cast<int>(text.size()), &length));
  if (!decoded) throw std::bad_alloc();
  return {decoded.get(), static_cast<std::size_t>(length)};
}

bool fetches_scheme(std::string_view scheme) {
  const curl_version_info_data* info = curl_version_info(CURLVERSION_NOW);
  for (const char* const* protocol = info->protocols; *protocol != nullptr; ++protocol)
    if (scheme == *protocol) return true;
  return false;
}

}  // namespace kboot::curl
