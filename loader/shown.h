#pragma once

#include <string>
#include <string_view>

namespace kboot {

// What was typed, as people, JSON and logs may see it again: printable, and without what is secret in a URL.

/// A word that may be a path: a URL loses its credentials and its query.
std::string shown(const std::string& word);

/// A whole line, of which nobody knows yet what it means. Errs on the side of hiding: in a word with a URL in
/// it all between the first `://` and the last `@` goes, and all behind a `?`; so does the value of what
/// calls itself a password or a secret.
std::string shown_line(std::string_view line);

}  // namespace kboot
