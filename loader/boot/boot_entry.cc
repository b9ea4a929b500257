#include "loader/boot/boot_entry.h"

#include <string_view>

#include "base/text.h"

namespace kboot {
namespace {

/// The value of a `KEY=value` word, or nothing.
std::optional<std::string_view> value_of(std::string_view word, std::string_view key) {
  if (!word.starts_with(key) || word.substr(key.size(), 1) != "=") return std::nullopt;
  return word.substr(key.size() + 1);
}

void add_comma_list(std::string_view list, std::vector<std::string>& to) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::string_view one = list.substr(0, comma);
    if (!one.empty()) to.emplace_back(one);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
}

}  // namespace

BootEntry parse_boot_words(const std::vector<std::string>& words, const BootDefaults& defaults,
                           std::string origin) {
  BootEntry entry;
  entry.kernel = words.at(0);
  entry.origin = std::move(origin);

  std::vector<std::string> arguments;
  bool initrd_typed = false;
  bool root_typed = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (const auto initrd = value_of(words[i], "initrd")) {
      initrd_typed = true;
      add_comma_list(*initrd, entry.initrds);
      continue;
    }
    root_typed = root_typed || value_of(words[i], "root");
    arguments.push_back(words[i]);
  }
  if (!initrd_typed && defaults.initrd) add_comma_list(*defaults.initrd, entry.initrds);
  if (!root_typed && defaults.root) arguments.insert(arguments.begin(), "root=" + *defaults.root);
  entry.cmdline = join(arguments);
  return entry;
}

}  // namespace kboot
