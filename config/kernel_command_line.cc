#include "config/kernel_command_line.h"

#include <algorithm>
#include <string>
#include <vector>

namespace kboot {
namespace {

/// The kernel's isspace() but for 0xa0: that is a blank to its Latin-1 table and half a letter in UTF-8.
constexpr std::string_view kSpaces = " \t\n\v\f\r";

bool is_space(char c) {
  return kSpaces.find(c) != std::string_view::npos;
}

/// One word off the front of `rest`, without the quotes that the kernel takes off: next_arg() of its
/// lib/cmdline.c.
std::string take_word(std::string_view& rest) {
  const bool is_quoted = rest.front() == '"';  // "name=some value"
  if (is_quoted) rest.remove_prefix(1);
  bool in_quotes = is_quoted;
  std::size_t end = 0;
  for (; end < rest.size() && (in_quotes || !is_space(rest[end])); ++end) {
    if (rest[end] == '"') in_quotes = !in_quotes;
  }
  std::string word(rest.substr(0, end));
  rest.remove_prefix(end);

  const std::size_t equals = word.find('=', 1);
  const bool has_quoted_value =  // name="some value"
      equals != std::string::npos && equals + 1 < word.size() && word[equals + 1] == '"';
  if (has_quoted_value) word.erase(equals + 1, 1);
  if ((is_quoted || has_quoted_value) && !word.empty() && word.back() == '"') word.pop_back();
  return word;
}

std::vector<std::string> kernel_words(std::string_view text) {
  std::vector<std::string> words;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
    if (text.empty()) return words;
    words.push_back(take_word(text));
  }
}

}  // namespace

void read_kernel_command_line(std::string_view text, Variables& variables) {
  for (const std::string& word : kernel_words(text)) {
    if (auto assignment = split_assignment(word)) {
      // What started kboot names kboot's own initramfs with it: pxelinux and iPXE add it, the EFI stub needs
      // it.
      if (assignment->name == "initrd") continue;
      variables.set(std::move(assignment->name),
                    {std::move(assignment->value), Source::kernel_command_line, ""});
    }
  }
}

bool kernel_command_line_has(std::string_view text, std::string_view word) {
  const std::vector<std::string> words = kernel_words(text);
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace kboot
