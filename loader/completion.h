#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kboot {

class Session;

/// What `word`, which follows `before` on the line (leading blanks left out), can be completed to: whole
/// words, sorted. Directories and devices end in `/` resp. `:`. Labels and commands at the line's beginning,
/// files under any path form, also behind `initrd=` and its commas. Never writes; mounts read-only what a
/// path needs. In restricted mode: labels and commands only. Never throws.
std::vector<std::string> complete(Session& session, std::string_view before, std::string_view word) noexcept;

}  // namespace kboot
