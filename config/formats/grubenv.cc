#include "config/formats/grubenv.h"

#include <algorithm>

namespace kboot {
namespace {

constexpr std::string_view kSignature = "# GRUB Environment Block\n";

/// One variable's value, taken from the front: a `\` keeps the newline or backslash behind it.
std::string take_value(std::string_view& text) {
  std::string value;
  while (!text.empty() && text.front() != '\n') {
    if (text.front() == '\\' && text.size() > 1) text.remove_prefix(1);
    value += text.front();
    text.remove_prefix(1);
  }
  return value;
}

}  // namespace

std::map<std::string, std::string> read_grub_environment(std::string_view text) {
  std::map<std::string, std::string> variables;
  if (!text.starts_with(kSignature)) return variables;
  text.remove_prefix(kSignature.size());
  while (!text.empty()) {
    if (text.front() == '#') {  // a comment, or what fills the block up
      text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
      continue;
    }
    const std::size_t end = text.find_first_of("=\n");
    if (end == std::string_view::npos) break;
    std::string name(text.substr(0, end));
    const bool set = text[end] == '=';
    text.remove_prefix(end + (set ? 1 : 0));
    std::string value = take_value(text);
    if (!text.empty()) text.remove_prefix(1);
    if (set && !name.empty()) variables[std::move(name)] = std::move(value);
  }
  return variables;
}

}  // namespace kboot
