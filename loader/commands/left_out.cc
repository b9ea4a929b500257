#include "loader/commands/left_out.h"

#include <algorithm>
#include <string>

namespace kboot {

// Both lists are made by CMake.

bool is_left_out(std::string_view part) {
  // A blank on both sides of each.
  constexpr std::string_view kParts = KBOOT_LEFT_OUT_PARTS;
  return !part.empty() && kParts.find(" " + std::string(part) + " ") != std::string_view::npos;
}

std::vector<std::string_view> left_out_words() {
  // NOLINTNEXTLINE(readability-redundant-string-init): there are none only where nothing is left out
  constexpr std::string_view kWords = KBOOT_LEFT_OUT_WORDS;
  std::vector<std::string_view> words;
  for (std::string_view rest = kWords; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    words.push_back(word);
  }
  return words;
}

}  // namespace kboot
