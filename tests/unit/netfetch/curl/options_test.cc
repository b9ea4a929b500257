// What libcurl is told, by functions of its name that stand between it and kboot.

#include <cstdarg>
#include <map>

#include <dlfcn.h>

#include <catch2/catch.hpp>
#include <curl/curl.h>

#include "netfetch/curl/transfer.h"

#undef curl_easy_setopt

using namespace kboot;  // NOLINT(google-build-using-namespace)

namespace {

constexpr int kPointers = CURLOPTTYPE_OBJECTPOINT;  // options below it have numbers

std::map<int, long> numbers;
char* error_buffer = nullptr;

template <typename Function>
Function of_libcurl(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

// NOLINTBEGIN(cppcoreguidelines-pro-type-vararg)
extern "C" CURLcode curl_easy_setopt(CURL* handle, CURLoption option, ...) {
  static const auto real = of_libcurl<CURLcode (*)(CURL*, CURLoption, ...)>("curl_easy_setopt");
  std::va_list values;
  va_start(values, option);
  CURLcode code = CURLE_OK;
  if (option < kPointers) {
    numbers[option] = va_arg(values, long);
    code = real(handle, option, numbers[option]);
  } else if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB) {
    code = real(handle, option, va_arg(values, curl_off_t));
  } else {
    void* const value = va_arg(values, void*);
    if (option == CURLOPT_ERRORBUFFER) error_buffer = static_cast<char*>(value);
    code = real(handle, option, value);
  }
  va_end(values);
  return code;
}
// NOLINTEND(cppcoreguidelines-pro-type-vararg)

/// As libcurl may do while it ends a handle.
extern "C" void curl_easy_cleanup(CURL* handle) {
  static const auto real = of_libcurl<void (*)(CURL*)>("curl_easy_cleanup");
  if (error_buffer != nullptr) *error_buffer = '\0';
  error_buffer = nullptr;
  real(handle);
}

namespace {

/// What libcurl is told of numbers for a URL.
std::map<int, long> told_for(const std::string& url) {
  numbers.clear();
  const FetchOptions options;
  const ServerAccess access;
  const CurlTransfer transfer(Url::parse(url), options, access, [](std::string_view) { return true; });
  return numbers;
}

}  // namespace

TEST_CASE(
    "curl: neither connection nor TLS session of a server that was not verified serves another request") {
  const auto verified = told_for("https://server/k");
  CHECK(verified.at(CURLOPT_SSL_VERIFYPEER) == 1);
  CHECK(verified.count(CURLOPT_SSL_SESSIONID_CACHE) == 0);
  const auto unverified = told_for("https://server/k#insecure=true");
  CHECK(unverified.at(CURLOPT_SSL_VERIFYPEER) == 0);
  REQUIRE(unverified.count(CURLOPT_SSL_SESSIONID_CACHE) == 1);
  CHECK(unverified.at(CURLOPT_SSL_SESSIONID_CACHE) == 0);
  CHECK(unverified.at(CURLOPT_FORBID_REUSE) == 1);
}

TEST_CASE("curl: the buffer for its messages is there until the handle has ended") {
  const FetchOptions options;
  const ServerAccess access;
  {
    const CurlTransfer transfer(Url::parse("http://server/k"), options, access,
                                [](std::string_view) { return true; });
  }
  CHECK(error_buffer == nullptr);  // written to at the end: ASan looks
}
