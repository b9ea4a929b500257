#pragma once

#include <optional>
#include <string>
#include <vector>

namespace kboot {

/// What an extended POSIX regular expression finds in `text`: the whole match and the parts in parentheses;
/// nothing when there is none, or when pattern or text would take too long.
std::optional<std::vector<std::string>> grub_regexp(const std::string& pattern, const std::string& text);

}  // namespace kboot
