#include "loader/shown.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "netfetch/url.h"

namespace kboot {
namespace {

std::string hide_secrets(std::string_view word) {
  constexpr std::string_view kMark = "://";
  const std::size_t mark = word.find(kMark);
  if (mark == std::string_view::npos) return std::string(word);
  const std::size_t begin = mark + kMark.size();
  const std::size_t at = word.rfind('@');
  std::string result(word.substr(0, begin));
  if (at != std::string_view::npos && at > begin) {
    result += "…";
    word.remove_prefix(at);
  } else {
    word.remove_prefix(begin);
  }
  const std::size_t query = word.find('?');
  result += word.substr(0, query);
  return query == std::string_view::npos ? result : result + "?…";
}

}  // namespace

std::string shown(const std::string& word) {
  if (!Url::looks_like(word)) return printable(word);
  try {
    return Url::parse(word).redacted();
  } catch (const Error&) {
    return printable(hide_secrets(word));
  }
}

std::string shown_line(std::string_view line) {
  constexpr std::string_view kBlanks = " \t";
  std::string result;
  while (!line.empty()) {
    const std::size_t blanks = std::min(line.find_first_not_of(kBlanks), line.size());
    result += line.substr(0, blanks);
    line.remove_prefix(blanks);
    const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
    result += hide_secrets(word);
    line.remove_prefix(word.size());
  }
  return result;
}

}  // namespace kboot
