#pragma once

#include <string>
#include <string_view>

#include "netfetch/url_syntax.h"

/// What libcurl knows of URLs. The contracts are those of netfetch/url_syntax.h.
namespace kboot::curl {

UrlParts split_url(const std::string& url);
std::string percent_decode(const std::string& text);
bool fetches_scheme(std::string_view scheme);

}  // namespace kboot::curl
