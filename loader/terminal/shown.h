#pragma once

#include <string>
#include <string_view>

namespace kboot {

// What was typed, as people, JSON and logs may see it again: printable, and without what is secret in a URL.

/// A word that may be a path: a URL loses its credentials and its query.
std::string shown(const std::string& word);

/// A whole line, of which nobody knows yet what it means: redact_line(), and printable.
std::string shown_line(std::string_view line);

}  // namespace kboot
