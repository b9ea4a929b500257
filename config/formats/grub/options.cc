#include "config/formats/grub/options.h"

#include <algorithm>
#include <cctype>

namespace kboot {
namespace {

using Value = GrubOption::Value;

const GrubOption* by_name(std::span<const GrubOption> known, std::string_view name) {
  const auto found =
      std::find_if(known.begin(), known.end(), [&](const GrubOption& option) { return option.name == name; });
  return found == known.end() ? nullptr : &*found;
}

const GrubOption* by_letter(std::span<const GrubOption> known, char letter) {
  const auto found = std::find_if(known.begin(), known.end(),
                                  [&](const GrubOption& option) { return option.letter == letter; });
  return found == known.end() ? nullptr : &*found;
}

bool is_hex(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0;
}

}  // namespace

std::string GrubArguments::value(std::string_view option) const {
  const auto end = options.upper_bound(option);
  if (end == options.begin() || std::prev(end)->first != option) return {};
  return std::prev(end)->second;
}

GrubArguments grub_arguments(const std::vector<std::string>& words, std::span<const GrubOption> known) {
  GrubArguments result;
  std::size_t at = 0;
  // The next word is the value of an option that needs one; of one that may have one, when it is no option.
  const auto next_value = [&](const GrubOption& option) {
    const bool takes =
        at < words.size() &&
        (option.value == Value::needed || (option.value == Value::optional && !words[at].starts_with('-')));
    if (takes)
      result.options.emplace(option.name, words[at++]);
    else if (option.value != Value::needed)
      result.options.emplace(option.name, "");
  };
  while (at < words.size()) {
    const std::string& word = words[at++];
    if (word == "--") {
      result.words.insert(result.words.end(), words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
      break;
    }
    if (word.starts_with("--")) {
      const std::size_t equals = word.find('=');
      const GrubOption* option = by_name(known, std::string_view(word).substr(2, equals - 2));
      if (option == nullptr) continue;
      if (equals != std::string::npos)
        result.options.emplace(option->name, word.substr(equals + 1));
      else
        next_value(*option);
    } else if (word.size() > 1 && word.front() == '-' && by_letter(known, word[1]) != nullptr) {
      for (std::size_t letter = 1; letter < word.size(); ++letter) {
        const GrubOption* option = by_letter(known, word[letter]);
        if (option == nullptr) continue;
        if (letter + 1 == word.size())
          next_value(*option);
        else if (option->value != Value::needed)
          result.options.emplace(option->name, "");
      }
    } else {
      result.words.push_back(word);
    }
  }
  return result;
}

std::string grub_command_line(std::span<const std::string> words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    const std::string_view quote = word.find(' ') == std::string::npos ? "" : "\"";
    line += quote;
    for (std::size_t at = 0; at < word.size(); ++at) {
      const char c = word[at];
      const bool hex = c == '\\' && at + 3 < word.size() && word[at + 1] == 'x' && is_hex(word[at + 2]) &&
                       is_hex(word[at + 3]);
      if ((c == '\\' && !hex) || c == '\'' || c == '"') line += '\\';
      line += c;
    }
    line += quote;
  }
  return line;
}

}  // namespace kboot
