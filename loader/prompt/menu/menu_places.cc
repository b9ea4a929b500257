#include "loader/prompt/menu/menu_places.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "loader/entries/boot_places.h"
#include "loader/session/line.h"
#include "loader/terminal/shown.h"

namespace kboot {
namespace {

using Kind = SourceEntry::Kind;

/// Whether the text is a word of a line that means itself, with no quotes and no list in it.
bool is_plain_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || std::string_view("/:._+-=@~%>#").find(c) != std::string_view::npos;
  });
}

bool has_word(const std::vector<std::string>& words, std::string_view begin) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return word.starts_with(begin); });
}

MenuEntry menu_entry(const ListedEntry& listed, const Settings& settings) {
  MenuEntry entry;
  entry.id = listed.id;
  entry.line = is_plain_word(listed.id) ? listed.id : fmt::format("#{}", listed.number);
  entry.edit = whole_line(listed.entry, settings);
  if (entry.edit.empty()) entry.edit = entry.line;
  entry.title = listed.entry.title;
  entry.submenu = listed.entry.submenu;
  entry.number = listed.number;
  entry.is_default = listed.is_default;
  entry.why = listed.entry.why;
  if (listed.entry.kind == Kind::unbootable) entry.kind = MenuEntry::Kind::unbootable;
  if (listed.entry.kind == Kind::locked) entry.kind = MenuEntry::Kind::locked;
  return entry;
}

/// What stands behind a place's name.
std::string about_place(const PublishedPlace& place) {
  using State = PublishedPlace::State;
  const std::string noun = place.name + ": ";
  switch (place.state) {
    case State::failed:
      return "cannot be read: " + (place.why.starts_with(noun) ? place.why.substr(noun.size()) : place.why);
    case State::looking:
      return "is being looked at";
    case State::done:
    case State::locked:
      break;
  }
  if (place.own) return "kboot's own medium";
  if (place.name == kFirmwarePlace) return "the firmware's own boot options";
  if (!place.system.empty()) return place.system;
  return place.label.empty() ? "" : "LABEL=" + place.label;
}

}  // namespace

std::string whole_line(const SourceEntry& entry, const Settings& settings) {
  if (entry.kind != Kind::linux || !entry.kernel || entry.devicetree) return "";
  const std::vector<std::string> words = split_words(entry.cmdline);
  // What a typed line is completed with, and the entry is not.
  if (has_word(words, "initrd=") || (settings.root && !has_word(words, "root="))) return "";
  std::string line = entry.kernel->str();
  std::string files = line;
  for (const FilePlace& initrd : entry.initrds) {
    files += initrd.str();
    line += fmt::format(" initrd={}", initrd.str());
  }
  if (!is_plain_word(files)) return "";
  if (entry.initrds.empty() && settings.initrd) line += " initrd=";
  if (!words.empty()) line += " " + join(words);
  return printable(line) == line && line.size() < kMaxLine ? line : "";
}

std::vector<MenuPlace> configured_places(const Variables& variables, const Settings& settings) {
  MenuPlace place;
  place.name = "kboot's own configuration";
  const std::string default_line = settings.default_line.value_or("");
  const std::vector<std::string> lines = choices(default_line);
  const bool is_one_label = lines.size() == 1 && variables.label(lines[0]);
  if (!lines.empty() && !is_one_label) {
    MenuEntry entry;
    entry.id = "default";
    entry.title = "default: " + shown_line(default_line);
    entry.edit = lines[0];
    entry.is_default = true;
    place.entries.push_back(std::move(entry));
  }
  for (const std::string& label : variables.labels()) {
    MenuEntry entry;
    entry.id = label;
    entry.line = label;
    entry.edit = variables.label(label).value_or(label);
    entry.title = fmt::format("{}: {}", label, shown_line(entry.edit));
    entry.is_default = is_one_label && lines[0] == label;
    place.entries.push_back(std::move(entry));
  }
  if (place.entries.empty()) return {};
  return {std::move(place)};
}

std::vector<MenuPlace> listed_places(const EntryList& list, const Settings& settings) {
  std::vector<MenuPlace> places;
  for (const ListedEntry& listed : list.entries) {
    if (places.empty() || places.back().name != listed.place) places.push_back({listed.place, "", {}});
    places.back().entries.push_back(menu_entry(listed, settings));
  }
  return places;
}

std::vector<MenuPlace> published_places(const PublishedEntries& published, const EntryList& list,
                                        const Settings& settings) {
  std::vector<MenuPlace> listed = listed_places(list, settings);
  std::vector<MenuPlace> places;
  for (const PublishedPlace& place : published.places) {
    MenuPlace made{place.name, "", {}};
    const auto same = std::find_if(listed.begin(), listed.end(),
                                   [&](const MenuPlace& one) { return one.name == place.name; });
    if (same != listed.end()) {
      made = std::move(*same);
      listed.erase(same);
    }
    made.about = about_place(place);
    // A file system without a boot source is of no use here.
    if (made.entries.empty() && place.state == PublishedPlace::State::done) continue;
    places.push_back(std::move(made));
  }
  for (MenuPlace& place : listed) places.push_back(std::move(place));
  return places;
}

}  // namespace kboot
