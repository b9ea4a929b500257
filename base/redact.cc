#include "base/redact.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace kboot {
namespace {

constexpr std::string_view kHidden = "…";
constexpr std::string_view kUrlMark = "://";
constexpr std::string_view kIscsiMark = "iscsi:";

bool is_name_character(char c) {
  constexpr std::string_view kOthers = "._-";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kOthers.find(c) != std::string_view::npos;
}

/// Where the name begins that ends at `end`.
std::size_t name_begin(std::string_view text, std::size_t end) {
  while (end > 0 && is_name_character(text[end - 1])) --end;
  return end;
}

/// The quote that `word` leaves open; 0 for none. The rules are those of split_words().
char open_quote(std::string_view word) {
  char quote = 0;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    if (quote == 0) {
      if (c == '"' || c == '\'') quote = c;
    } else if (c == quote) {
      quote = 0;
    } else if (c == '\\' && quote == '"') {
      ++i;
    }
  }
  return quote;
}

/// What is left of a word, with the end of the quotes around it.
std::string closed(std::string kept, std::string_view word) {
  if (const char quote = open_quote(kept); quote != 0 && open_quote(word) == 0) kept += quote;
  return kept;
}

/// Whether the value that begins at `begin` goes on behind the blank at which its word ends: `"a b` whose
/// quote is never closed, `a\ b`.
bool runs_on(std::string_view word, std::size_t begin) {
  const std::string_view value = word.substr(begin);
  const char quote = open_quote(value);
  if (value.ends_with('\\')) return true;
  // In `"password=a b"` it ends what stands before the name.
  return quote != 0 && (value.front() == quote || open_quote(word.substr(0, begin)) != quote);
}

/// What redact_line() has hidden already, with nothing but a sentence's marks behind it: it stays as it is.
bool is_hidden(std::string_view text) {
  return text.starts_with(kHidden) &&
         text.substr(kHidden.size()).find_first_not_of(":;,.\"')") == std::string_view::npos;
}

/// A word without the secrets of URLs and iSCSI paths in it.
std::string without_credentials(std::string_view word) {
  const std::size_t url = word.find(kUrlMark);
  const std::size_t at = word.rfind('@');
  // dracut's `netroot=iscsi:USER:SECRET@SERVER…`
  const std::size_t iscsi = word.substr(0, url).find(kIscsiMark);
  if (iscsi != std::string_view::npos && at != std::string_view::npos && at > iscsi) {
    const std::string_view kept = word.substr(0, iscsi + kIscsiMark.size());
    return std::string(kept).append(kHidden) + without_credentials(word.substr(at));
  }
  if (url == std::string_view::npos) return std::string(word);

  std::string result(word.substr(0, url + kUrlMark.size()));
  word.remove_prefix(result.size());
  const std::size_t host = std::min(word.rfind('@'), word.size());
  const std::size_t query = std::min(word.find('?'), word.size());
  // A `@` behind a `?` may be one in a query, or the `?` one in a password.
  if (query < host && host < word.size()) return result.append(kHidden);
  if (host > 0 && host < word.size()) {
    result += kHidden;
    result += word.substr(host, query - host);
  } else {
    result += word.substr(0, query);
  }
  if (query == word.size()) return result;
  const std::string_view value = word.substr(query + 1);
  return result.append("?").append(is_hidden(value) ? value : kHidden);
}

/// A word without the secrets of URLs in it, and without what begins at `value`, if anything does.
std::string hidden_from(std::string_view word, std::size_t value) {
  std::string kept = without_credentials(word.substr(0, value));
  if (value == std::string_view::npos) return kept;
  const std::string_view hidden = word.substr(value);
  return kept.append(is_hidden(hidden) ? hidden : kHidden);
}

}  // namespace

bool is_secret_name(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  constexpr std::array<std::string_view, 7> kNames = {"password",   "passwd", "passphrase", "secret",
                                                      "credential", "token",  "psk"};
  return lower == "pass" || std::any_of(kNames.begin(), kNames.end(), [&](std::string_view one) {
           return lower.find(one) != std::string::npos;
         });
}

std::size_t find_secret_value(std::string_view text) {
  // Our own sentences have `password=: …` in them, which has no value.
  constexpr std::string_view kNoValue = " \t:;,.\"')";
  const std::size_t url = text.find(kUrlMark);
  for (std::size_t equals = text.find('='); equals != std::string_view::npos;
       equals = text.find('=', equals + 1)) {
    const std::size_t begin = name_begin(text, equals);
    if (!is_secret_name(text.substr(begin, equals - begin))) continue;
    // Not one within a URL, whose host or path may have such a name.
    constexpr std::string_view kUrlDelimiters = "/@:?&#";
    if (url < begin && kUrlDelimiters.find(text[begin - 1]) != std::string_view::npos) continue;
    const std::string_view value = text.substr(equals + 1);
    if (value.find_first_not_of(kNoValue) != std::string_view::npos) return equals + 1;
  }
  return std::string_view::npos;
}

std::string redact_word(std::string_view word) {
  return closed(hidden_from(word, find_secret_value(word)), word);
}

std::string redact_line(std::string_view line) {
  std::string result;
  for (const std::string& word : split_words(line)) {
    const std::size_t blanks = line.find_first_not_of(" \t");
    result += line.substr(0, blanks);
    line.remove_prefix(blanks + word.size());
    const std::size_t value = find_secret_value(word);
    if (value != std::string_view::npos && runs_on(word, value))
      return result.append(hidden_from(word, value));
    result += redact_word(word);
  }
  return result.append(line);
}

}  // namespace kboot
