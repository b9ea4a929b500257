#pragma once

#include <string>
#include <string_view>

namespace kboot {

// Text without its secrets, for consoles and logs. Nobody knows yet what the text means, so this errs on the
// side of hiding.

/// A whole line. In a word with a URL it hides all between the first `://` and the last `@`, and all behind a
/// `?`; behind `iscsi:` all up to the last `@`; and the value of a name that holds `password`, `secret`,
/// `token` or the like.
std::string redact_line(std::string_view line);

/// The same for one word, whose blanks, if it has any, belong to it.
std::string redact_word(std::string_view word);

/// Where in `text` the value of a password, secret or token begins; npos when there is none.
std::size_t find_secret_value(std::string_view text);

/// `ssh.password`, `rd.iscsi.password`, `API_TOKEN`: whether a setting of that name is hidden.
bool is_secret_name(std::string_view name);

}  // namespace kboot
