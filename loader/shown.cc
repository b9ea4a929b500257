#include "loader/shown.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "netfetch/url.h"

namespace kboot {
namespace {

/// `password=…`, `rd.iscsi.password=…`: whether the name says that the value is nobody's business.
bool is_secret_name(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  constexpr std::array<std::string_view, 4> kNames = {"password", "passwd", "passphrase", "secret"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view one) { return lower.find(one) != std::string::npos; });
}

/// dracut's `netroot=iscsi:USER:SECRET@SERVER…`; another word stays.
std::string hide_iscsi_user(std::string_view word) {
  constexpr std::string_view kMark = "iscsi:";
  const std::size_t mark = word.find(kMark);
  const std::size_t at = word.rfind('@');
  if (mark == std::string_view::npos || at == std::string_view::npos || at < mark) return std::string(word);
  return fmt::format("{}…{}", word.substr(0, mark + kMark.size()), word.substr(at));
}

std::string hide_secrets(std::string_view word) {
  constexpr std::string_view kMark = "://";
  const std::size_t mark = word.find(kMark);
  // Not one within a URL, whose user or host may have such a name.
  const std::size_t equals = word.substr(0, mark).find('=');
  if (equals != std::string_view::npos && equals + 1 < word.size() && is_secret_name(word.substr(0, equals)))
    return std::string(word.substr(0, equals + 1)) + "…";

  if (mark == std::string_view::npos) return hide_iscsi_user(word);
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
