#include "config/formats/ipxe/state.h"

namespace kboot {
std::size_t steps_of(std::string_view text) {
  return 1 + text.size() / kIpxeBytesPerStep;
}

std::size_t steps_of(const std::vector<std::string>& texts) {
  std::size_t steps = 1;
  for (const std::string& text : texts) steps += steps_of(text);
  return steps;
}

std::size_t steps_of(const IpxeState& state) {
  std::size_t steps = 10 + state.frames.size() * 3 + state.chosen_at.size() * 2 + steps_of(state.submenu);
  for (const auto& [name, value] : state.variables) steps += steps_of(name) + steps_of(value);
  for (const auto& [name, menu] : state.menus) {
    steps += steps_of(name) + steps_of(menu.default_label);
    for (const IpxeItem& item : menu.items) steps += steps_of(item.label) + steps_of(item.text);
  }
  for (const IpxeImage& image : state.images)
    steps += steps_of(image.name) + steps_of(image.file.path) + steps_of(image.words);
  return steps;
}

}  // namespace kboot
