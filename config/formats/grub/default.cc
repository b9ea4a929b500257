#include "config/formats/grub/default.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/number.h"
#include "base/text.h"

namespace kboot {
namespace {

using Type = GrubMenuItem::Type;

bool counts(const GrubMenuItem& item) {
  return item.type != Type::hidden && item.type != Type::shown;
}

/// The text up to the first `>`, where `>>` stands for one, and what follows it.
std::pair<std::string, std::string> split_path(std::string_view text) {
  std::string head;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '>') {
      if (at + 1 == text.size() || text[at + 1] != '>') return {head, std::string(text.substr(at + 1))};
      ++at;
    }
    head += text[at];
  }
  return {head, {}};
}

std::optional<std::size_t> item_of(const GrubMenu& menu, std::string_view name) {
  if (const auto number = whole_number(trim(name))) {
    std::uint64_t left = *number;
    for (std::size_t at = 0; at < menu.items.size(); ++at)
      if (counts(menu.items[at]) && left-- == 0) return at;
  }
  for (std::size_t at = 0; at < menu.items.size(); ++at) {
    const GrubMenuItem& item = menu.items[at];
    if (counts(item) && (item.title == name || (!item.id.empty() && item.id == name))) return at;
  }
  return {};
}

std::optional<GrubChoice> choice(const GrubMenu& menu, std::string_view text) {
  auto [head, rest] = split_path(text);
  if (const auto item = item_of(menu, head)) return GrubChoice{*item, std::move(rest)};
  if (const auto item = item_of(menu, text)) return GrubChoice{*item, {}};
  return {};
}

}  // namespace

std::vector<GrubChoice> grub_choices(const GrubMenu& menu, GrubMachine& machine) {
  std::vector<GrubChoice> choices;
  const std::string& named = menu.variables.get("default");
  const std::string& wanted = named == "saved" ? menu.variables.get("saved_entry") : named;
  if (!trim(wanted).empty()) {
    if (auto found = choice(menu, wanted))
      choices.push_back(std::move(*found));
    else if (!menu.items.empty())
      machine.complain(menu.items.front().file, 0,
                       fmt::format("default \"{}\" is none of the entries", printable_head(wanted, 80)));
  }
  if (choices.empty())
    if (auto first = choice(menu, "0")) choices.push_back(std::move(*first));
  const std::string& fallback = menu.variables.get("fallback");
  if (auto whole = fallback.empty() ? std::nullopt : choice(menu, fallback)) {
    choices.push_back(std::move(*whole));
  } else {
    constexpr std::size_t kMaxWords = 20;
    std::vector<std::string> words = split_blanks(fallback);
    words.resize(std::min(words.size(), kMaxWords));
    for (const std::string& word : words)
      if (auto found = choice(menu, word)) choices.push_back(std::move(*found));
  }
  return choices;
}

}  // namespace kboot
