#include "config/formats/grub/regexp.h"

#include <array>
#include <string_view>

#include <regex.h>

#include "base/number.h"
#include "base/scope_exit.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxPattern = 256;
constexpr std::size_t kMaxText = 1024;
constexpr std::size_t kMaxGroups = 10;

/// Counted repetitions multiply an expression's states, and back references take exponential time.
bool is_cheap(std::string_view pattern) {
  constexpr std::uint64_t kMaxStates = 256;
  constexpr unsigned kMaxDepth = 16;
  std::uint64_t states = 1;
  unsigned depth = 0;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (c == '\\' && at + 1 < pattern.size()) {
      ++at;
      if (pattern[at] >= '0' && pattern[at] <= '9') return false;
    } else if (c == '(' && ++depth > kMaxDepth) {
      return false;
    } else if (c == '{') {
      std::uint64_t largest = 1;
      while (++at < pattern.size() && pattern[at] != '}') {
        const std::size_t end = pattern.find_first_not_of("0123456789", at);
        const std::string_view digits = pattern.substr(at, end - at);
        if (digits.empty()) continue;
        const auto number = whole_number(digits);
        if (!number || *number > kMaxStates) return false;
        largest = std::max(largest, *number);
        at += digits.size() - 1;
      }
      states *= largest;
      if (states > kMaxStates) return false;
    }
  }
  return true;
}

}  // namespace

std::optional<std::vector<std::string>> grub_regexp(const std::string& pattern, const std::string& text) {
  if (pattern.size() > kMaxPattern || text.size() > kMaxText || !is_cheap(pattern)) return {};
  regex_t compiled{};
  if (regcomp(&compiled, pattern.c_str(), REG_EXTENDED) != 0) return {};
  const ScopeExit release([&] { regfree(&compiled); });
  std::array<regmatch_t, kMaxGroups> groups{};
  if (regexec(&compiled, text.c_str(), groups.size(), groups.data(), 0) != 0) return {};
  std::vector<std::string> found;
  for (const regmatch_t& group : groups) {
    const bool set = group.rm_so >= 0 && group.rm_eo >= group.rm_so;
    found.push_back(set ? text.substr(static_cast<std::size_t>(group.rm_so),
                                      static_cast<std::size_t>(group.rm_eo - group.rm_so))
                        : std::string());
  }
  return found;
}

}  // namespace kboot
