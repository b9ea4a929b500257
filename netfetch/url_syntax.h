#pragma once

#include <string>
#include <string_view>

#include "base/lower_case.h"

namespace kboot {

// How URLs are written (RFC 3986), by libcurl or by a reader of our own (chosen.cc).

/// A URL's parts as written; empty where there is none.
struct UrlParts {
  std::string host;  ///< IPv6 in brackets
  std::string zone;  ///< of an IPv6 address
  std::string port;  ///< as written, or the one that the scheme implies, where it is known
  std::string path;
  std::string fragment;
  bool has_query = false;
  std::string bare;  ///< the URL without user, password, query and fragment
};

/// Throws Error `bad URL: …`, which holds nothing of the URL.
UrlParts split_url(const std::string& url);

/// `%20` is a blank.
std::string percent_decode(const std::string& text);

/// Whether what fetches http and its kin here knows that scheme.
bool fetches_scheme(std::string_view scheme);

}  // namespace kboot
