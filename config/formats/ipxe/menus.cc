#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/number.h"
#include "base/text.h"
#include "config/formats/ipxe/runner.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxItems = 1'000;  ///< of one menu

}  // namespace

void IpxeRunner::item(IpxeState& state, std::vector<std::string> words, int number) {
  const IpxeOptions options(
      words, {{"menu", 'm', true}, {"key", 'k', true}, {"default", 'd', false}, {"gap", 'g', false}});
  if (options.has("gap") || words.empty()) return;
  IpxeItem item{.label = words.front(), .text = join({words.begin() + 1, words.end()})};
  if (item.text.empty()) item.text = item.label;
  IpxeMenu& menu = state.menus[options.value("menu")];
  if (menu.items.size() == kMaxItems)
    return complain(state, number, fmt::format("ignored: more than {} items", kMaxItems));
  if (options.has("default")) menu.default_label = item.label;
  menu.items.push_back(std::move(item));
}

/// Each item of a menu goes on by itself, and this branch ends.
IpxeResult IpxeRunner::choose(IpxeState& state, std::vector<std::string> words, int number) {
  const IpxeOptions options(words, {{"menu", 'm', true},
                                    {"default", 'd', true},
                                    {"timeout", 't', true},
                                    {"retimeout", 'r', true},
                                    {"keep", 'k', false}});
  const std::string variable = words.empty() ? "selected" : words.front();
  const IpxeMenu menu = std::move(state.menus[options.value("menu")]);
  if (options.has("keep"))
    state.menus[options.value("menu")] = menu;
  else
    state.menus.erase(options.value("menu"));
  // A menu that is met again, as by "back", has been listed.
  const bool first =
      state.chosen_at.insert(fmt::format("{}:{}", state.frames.back().file.str(), number)).second;
  if (!first || menu.items.empty() || state.chosen_at.size() > kMaxDepth)
    return menu.items.empty() ? IpxeResult::failure : IpxeResult::over;

  constexpr std::uint64_t kMilliseconds = 1'000;
  if (const auto timeout = whole_number(options.value("timeout"));
      timeout && *timeout > 0 && !source_.timeout && state.chosen_at.size() == 1)
    source_.timeout = static_cast<unsigned>(std::min<std::uint64_t>(
        (*timeout + kMilliseconds - 1) / kMilliseconds, std::numeric_limits<int>::max()));
  std::string wanted = options.has("default") ? options.value("default") : menu.default_label;
  if (std::none_of(menu.items.begin(), menu.items.end(),
                   [&](const IpxeItem& one) { return one.label == wanted; }))
    wanted = menu.items.front().label;
  // Each branch begins with the rest of this line behind what succeeded.
  state.rest = {"isset", "x"};
  state.rest.insert(state.rest.end(), rest_.begin(), rest_.end());
  state.rest_line = number;
  const std::size_t cost = steps_of(state) + steps_of(state.rest);
  for (const IpxeItem& one : menu.items) {
    spend(cost);
    IpxeState next = state;
    if (state.item) next.submenu.push_back(state.item->text);
    next.item = one;
    next.variables[variable] = one.label;
    next.is_default = state.is_default && one.label == wanted;
    branch(std::move(next));
  }
  return IpxeResult::over;
}

}  // namespace kboot
