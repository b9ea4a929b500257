#include "config/formats/syslinux_default.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/lower_case.h"
#include "base/text.h"

namespace kboot {

SyslinuxDefault::SyslinuxDefault(const SyslinuxMenu& menu) : menu_(menu), label_(of_configuration(0)) {}

/// The label of a configuration that a line's first word names; nothing when there is none.
const SyslinuxLabel* SyslinuxDefault::find(const std::string& line, std::size_t configuration) const {
  const std::vector<std::string> words = split_blanks(line);
  if (words.empty()) return nullptr;
  const std::string wanted = lower_case(words.front());
  const auto found = std::find_if(menu_.labels.begin(), menu_.labels.end(), [&](const SyslinuxLabel& label) {
    return menu_.screens[label.screen].configuration == configuration &&
           (lower_case(label.name) == wanted || label.name == line);
  });
  return found == menu_.labels.end() ? nullptr : &*found;
}

/// The label of the line DEFAULT, where that counts: a menu heeds none that no UI has started, and one
/// that UI has started none that is hidden.
const SyslinuxLabel* SyslinuxDefault::default_line(std::size_t configuration) const {
  const SyslinuxConfiguration& all = menu_.configurations[configuration];
  if ((all.menu_by_default || all.menu_by_label) && !all.ui) return nullptr;
  const SyslinuxLabel* label = find(all.default_line, configuration);
  return label != nullptr && all.ui && label->hidden ? nullptr : label;
}

/// What ONTIMEOUT starts: a label by its name, or by the same words as the label's own. Nothing without an
/// ONTIMEOUT; no label for one that starts something else.
std::optional<const SyslinuxLabel*> SyslinuxDefault::on_timeout(std::size_t screen) const {
  std::optional<std::size_t> at = screen;
  while (at && !menu_.screens[*at].on_timeout) at = menu_.screens[*at].around;
  if (!at) return {};
  const std::string& line = *menu_.screens[*at].on_timeout;
  const std::size_t configuration = menu_.screens[*at].configuration;
  if (const SyslinuxLabel* named = find(line, configuration)) return named;
  const std::string words = join(split_words(line));
  constexpr std::size_t kMaxLine = 4'096;  // as SYSLINUX reads
  for (const SyslinuxLabel& label : menu_.labels) {
    if (menu_.screens[label.screen].configuration != configuration || !words.starts_with(label.kernel))
      continue;
    const std::string& append = label.append ? *label.append : menu_.appends[label.global_append];
    if (append.size() > kMaxLine) continue;
    if (join(split_words(fmt::format("{} {}", label.kernel, append))) == words) return &label;
  }
  return nullptr;
}

/// The label itself, or the default of the configuration that it leads to.
const SyslinuxLabel* SyslinuxDefault::start_of(const SyslinuxLabel& label) const {
  return label.leads_to ? of_configuration(menu_.screens[*label.leads_to].configuration) : &label;
}

/// Ends: a label, and a screen on a screen, lead to what stands behind or inside them.
const SyslinuxLabel* SyslinuxDefault::of_screen(std::size_t index) const {
  if (const auto label = on_timeout(index)) return *label == nullptr ? nullptr : start_of(**label);
  const SyslinuxScreen& screen = menu_.screens[index];
  const std::optional<SyslinuxChoice>& choice = screen.menu_default ? screen.menu_default : screen.first;
  if (!choice) return nullptr;
  if (choice->kind == SyslinuxChoice::Kind::screen) return of_screen(choice->index);
  return start_of(menu_.labels[choice->index]);
}

const SyslinuxLabel* SyslinuxDefault::of_configuration(std::size_t index) const {
  const SyslinuxLabel* label = default_line(index);
  if (label == nullptr) return of_screen(menu_.configurations[index].start);
  const SyslinuxLabel* starts = on_timeout(label->screen).value_or(label);
  return starts == nullptr ? nullptr : start_of(*starts);
}

std::optional<unsigned> SyslinuxDefault::timeout() const {
  constexpr unsigned kTenths = 10;
  const SyslinuxLabel* first = default_line(0);
  std::optional<std::size_t> at = first != nullptr ? first->screen : menu_.configurations[0].start;
  while (at && !menu_.screens[*at].timeout) at = menu_.screens[*at].around;
  for (const auto& tenths : {at ? menu_.screens[*at].timeout : std::nullopt, menu_.total_timeout})
    if (tenths && *tenths > 0) return (*tenths + kTenths - 1) / kTenths;
  return {};
}

}  // namespace kboot
