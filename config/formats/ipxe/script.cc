#include "config/formats/ipxe/script.h"

#include <algorithm>

#include "base/lower_case.h"
#include "base/text.h"
#include "config/formats/places.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxWord = 16'384;
constexpr int kMaxExpansions = 100;
/// A byte of a value that is written anew costs as many that are only looked at.
constexpr std::size_t kBytesOfTyped = 16;

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr unsigned kBase = 16;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_unreserved(c))
      encoded += c;
    else
      (((encoded += '%') += kDigits[byte / kBase]) += kDigits[byte % kBase]);
  }
  return encoded;
}

/// A setting's value as its type is written. Values are texts here: hexadecimal types take the colons of an
/// address, and numbers stay as they are.
std::string typed(std::string value, std::string_view type) {
  if (type == "uristring") return percent_encoded(value);
  if (type == "hexhyp") std::replace(value.begin(), value.end(), ':', '-');
  if (type == "hexraw") std::erase(value, ':');
  if (type == "hexhyp" || type == "hexraw" || type == "hex" || type == "uuid" || type == "guid")
    return lower_case(value);
  return value;
}

}  // namespace

IpxeScript::IpxeScript(std::string_view text) {
  for (const std::string_view whole : lines_of(text)) {
    const std::string_view line = trim(whole);
    lines_.emplace_back();
    if (line.starts_with(':')) {
      labels_.emplace(std::string(trim(line.substr(1))), lines_.size() - 1);  // the first of a name counts
    } else if (!line.starts_with('#')) {
      lines_.back() = split_blanks(line);
    }
  }
}

std::optional<std::size_t> IpxeScript::label(const std::string& name) const {
  const auto found = labels_.find(name);
  if (found == labels_.end()) return {};
  return found->second;
}

std::string expand_ipxe(std::string word,
                        const std::function<std::optional<std::string>(const std::string& name)>& setting,
                        const std::function<void(std::size_t bytes)>& spend) {
  for (int count = 0; count < kMaxExpansions; ++count) {
    spend(word.size());
    const std::size_t end = [&] {  // the first `}` that has a `${` before it
      const std::size_t first = word.find("${");
      return first == std::string::npos ? first : word.find('}', first);
    }();
    if (end == std::string::npos) break;
    const std::size_t begin = word.rfind("${", end);
    std::string name = word.substr(begin + 2, end - begin - 2);
    std::string type;
    if (const std::size_t colon = name.rfind(':'); colon != std::string::npos) {
      type = name.substr(colon + 1);
      name.resize(colon);
    }
    const std::string value = setting(name).value_or("");
    if (!type.empty()) spend(kBytesOfTyped * value.size());
    word.replace(begin, end + 1 - begin, typed(value, type));
    if (word.size() > kMaxWord) word.resize(kMaxWord);
  }
  return word;
}

IpxeOptions::IpxeOptions(std::vector<std::string>& words, const std::vector<Known>& known) {
  std::size_t next = 0;
  for (; next < words.size(); ++next) {
    const std::string word = words[next];
    if (word.size() < 2 || word.front() != '-') break;
    if (word == "--") {
      ++next;
      break;
    }
    const bool is_long = word[1] == '-';
    const std::size_t equals = is_long ? word.find('=') : std::string::npos;
    const std::string name = is_long ? word.substr(2, equals == std::string::npos ? equals : equals - 2) : "";
    const auto option = std::find_if(known.begin(), known.end(), [&](const Known& one) {
      return is_long ? one.name == name : one.letter == word[1];
    });
    if (option == known.end()) continue;
    std::string& value = values_[std::string(option->name)];
    if (!option->has_value) continue;
    constexpr std::size_t kLetter = 2;
    if (equals != std::string::npos)
      value = word.substr(equals + 1);
    else if (!is_long && word.size() > kLetter)
      value = word.substr(kLetter);
    else if (next + 1 < words.size())
      value = words[++next];
  }
  words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(std::min(next, words.size())));
}

std::string IpxeOptions::value(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? "" : found->second;
}

}  // namespace kboot
