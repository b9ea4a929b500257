#pragma once

#include <string>
#include <string_view>

#include "netfetch/url_syntax.h"

/// URLs by a reader of our own. The contracts are those of netfetch/url_syntax.h.
namespace kboot::plain {

UrlParts split_url(const std::string& url);
std::string percent_decode(const std::string& text);
bool fetches_scheme(std::string_view scheme);

}  // namespace kboot::plain
