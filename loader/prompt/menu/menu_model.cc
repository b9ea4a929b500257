#include "loader/prompt/menu/menu_model.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/lower_case.h"
#include "base/text.h"
#include "loader/terminal/table.h"

namespace kboot {
namespace {

using Code = MenuKey::Code;
using Kind = MenuAction::Kind;

/// Longer ones find nothing more.
constexpr std::size_t kLongestFilter = 60;

constexpr std::string_view kHelp =
    "Up, Down, j, k     move; PgUp, PgDn, Home and End, too\n"
    "digits             go to the entry of that number\n"
    "Enter              boot the entry\n"
    "/                  show only what has these words; Esc shows all again\n"
    "e                  edit: the entry's line on the prompt\n"
    "p                  plan: show what would be booted, and how\n"
    "r                  look again for what can be booted\n"
    "l                  unlock: a LUKS volume, by its passphrase, as Enter does there;\n"
    "                   a restricted kboot, by the password\n"
    "?                  this help\n"
    "Esc                the prompt, where menu comes back here\n"
    "^C                 ask another console to stop what it boots\n"
    "\n"
    "*  the default of its configuration      !  cannot be booted: below it says why\n"
    "\n"
    "The numbers are those of the prompt: #3 boots entry 3 there. Any key stops a\n"
    "countdown, as at the prompt.\n";

/// Whether each word of the filter is somewhere in the text.
bool has_words(std::string_view text, std::string_view filter) {
  const std::string lower = lower_case(text);
  const std::vector<std::string> words = split_blanks(lower_case(filter));
  return std::all_of(words.begin(), words.end(),
                     [&](const std::string& word) { return lower.find(word) != std::string::npos; });
}

std::string searched_text(const MenuPlace& place, const MenuEntry& entry) {
  return fmt::format("{} {} {} {}", place.name, entry.id, join(entry.submenu), entry.title);
}

/// The default, where it can be booted, else the first one.
const MenuEntry& entry_to_begin_with(const std::vector<MenuEntry>& entries) {
  const auto found = std::find_if(entries.begin(), entries.end(), [](const MenuEntry& entry) {
    return entry.is_default && entry.kind == MenuEntry::Kind::bootable;
  });
  return found == entries.end() ? entries.front() : *found;
}

/// Without the last character of UTF-8.
void remove_character(std::string& text) {
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text.back());
    text.pop_back();
    if ((byte & 0xC0) != 0x80) return;
  }
}

}  // namespace

std::vector<std::string> wrapped(std::string_view printable_line, std::size_t width) {
  constexpr std::size_t kNarrowest = 10;
  width = std::max(width, kNarrowest);
  std::vector<std::string> lines;
  std::string rest(printable_line);
  while (width_of(rest) > width) {
    std::string head = cut_to(rest, width, "");
    const std::size_t blank = head.find_last_of(' ');
    if (blank != std::string::npos && blank > width / 2) head.resize(blank + 1);
    rest.erase(0, head.size());
    lines.push_back(std::move(head));
  }
  lines.push_back(std::move(rest));
  return lines;
}

void MenuModel::set_places(std::vector<MenuPlace> places) {
  const std::string before = chosen_ == nullptr ? "" : chosen_id_;
  chosen_ = nullptr;
  places_ = std::move(places);
  make_rows();
  if (chosen_ != nullptr && !before.empty() && chosen_id_ != before)
    hint_ = "the entry that was chosen is gone";
}

bool MenuModel::choose_place(std::string_view name) {
  for (const MenuPlace& place : places_) {
    if (place.name != name || place.entries.empty()) continue;
    // A filter might hide it.
    chosen_id_ = entry_to_begin_with(place.entries).id;
    filter_.clear();
    typing_filter_ = false;
    hint_.clear();
    make_rows();
    return true;
  }
  return false;
}

std::size_t MenuModel::entry_count() const {
  std::size_t count = 0;
  for (const MenuPlace& place : places_) count += place.entries.size();
  return count;
}

void MenuModel::set_page(std::size_t rows, std::size_t columns) {
  page_ = std::max<std::size_t>(rows, 1);
  if (std::exchange(columns_, columns) != columns) wrap_text();
}

void MenuModel::show_text(std::string title, std::string text) {
  text_title_ = std::move(title);
  text_ = std::move(text);
  text_top_ = 0;
  wrap_text();
}

void MenuModel::wrap_text() {
  text_lines_.clear();
  for (const std::string_view raw : lines_of(text_))
    for (std::string& line : wrapped(printable(raw), columns_)) text_lines_.push_back(std::move(line));
  text_top_ = std::min(text_top_, text_lines_.size());
}

std::vector<std::string> MenuModel::text_lines() const {
  return {text_lines_.begin() + static_cast<std::ptrdiff_t>(text_top_), text_lines_.end()};
}

void MenuModel::add_rows(const MenuPlace& place) {
  std::vector<std::string> around;
  bool named = false;
  if (place.entries.empty() && filter_.empty() && !place.about.empty())
    rows_.push_back({MenuRow::Kind::place, 0, place.name, nullptr, &place});
  for (const MenuEntry& entry : place.entries) {
    if (!filter_.empty() && !has_words(searched_text(place, entry), filter_)) continue;
    if (!named) rows_.push_back({MenuRow::Kind::place, 0, place.name, nullptr, &place});
    named = true;
    // The menus that are not around the entry before it get rows of their own.
    const auto [last, differs] =
        std::mismatch(around.begin(), around.end(), entry.submenu.begin(), entry.submenu.end());
    for (auto menu = differs; menu != entry.submenu.end(); ++menu)
      rows_.push_back({MenuRow::Kind::submenu, static_cast<std::size_t>(menu - entry.submenu.begin()), *menu,
                       nullptr, &place});
    around = entry.submenu;
    rows_.push_back({MenuRow::Kind::entry, entry.submenu.size(), "", &entry, &place});
  }
}

void MenuModel::make_rows() {
  rows_.clear();
  for (const MenuPlace& place : places_) add_rows(place);
  const std::vector<const MenuEntry*> entries = visible();
  chosen_ = nullptr;
  if (entries.empty()) return;
  const auto same = std::find_if(entries.begin(), entries.end(),
                                 [&](const MenuEntry* entry) { return entry->id == chosen_id_; });
  if (same != entries.end()) return choose(*same);
  if (chosen_id_.empty()) {
    const auto preferred = std::find_if(entries.begin(), entries.end(), [](const MenuEntry* entry) {
      return entry->is_default && entry->kind == MenuEntry::Kind::bootable;
    });
    return choose(preferred == entries.end() ? entries.front() : *preferred);
  }
  choose_at(chosen_at_);
}

std::vector<const MenuEntry*> MenuModel::visible() const {
  std::vector<const MenuEntry*> entries;
  for (const MenuRow& row : rows_)
    if (row.entry != nullptr) entries.push_back(row.entry);
  return entries;
}

void MenuModel::choose(const MenuEntry* entry) {
  const std::vector<const MenuEntry*> entries = visible();
  chosen_ = entry;
  chosen_id_ = entry->id;
  chosen_at_ = static_cast<std::size_t>(std::find(entries.begin(), entries.end(), entry) - entries.begin());
}

void MenuModel::choose_at(std::size_t position) {
  const std::vector<const MenuEntry*> entries = visible();
  if (!entries.empty()) choose(entries[std::min(position, entries.size() - 1)]);
}

void MenuModel::set_filter(std::string filter) {
  if (filter.size() > kLongestFilter) return;
  filter_ = std::move(filter);
  make_rows();
}

bool MenuModel::move(Code code) {
  constexpr auto kEnd = static_cast<std::size_t>(-1);
  const std::size_t page = std::max<std::size_t>(page_, 2) - 1;
  switch (code) {
    case Code::up:
      choose_at(chosen_at_ == 0 ? 0 : chosen_at_ - 1);
      return true;
    case Code::down:
      choose_at(chosen_at_ + 1);
      return true;
    case Code::page_up:
      choose_at(chosen_at_ < page ? 0 : chosen_at_ - page);
      return true;
    case Code::page_down:
      choose_at(chosen_at_ + page);
      return true;
    case Code::home:
      choose_at(0);
      return true;
    case Code::end:
      choose_at(kEnd);
      return true;
    default:
      return false;
  }
}

/// One digit after the other makes a number, as long as there is such an entry; else a new one begins.
void MenuModel::press_digit(std::size_t digit) {
  constexpr std::size_t kTen = 10;
  const std::vector<const MenuEntry*> entries = visible();
  for (const std::size_t number : {typed_number_ * kTen + digit, digit}) {
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const MenuEntry* entry) {
      return number != 0 && entry->number == number;
    });
    if (found == entries.end()) continue;
    typed_number_ = number;
    return choose(*found);
  }
  typed_number_ = 0;
  hint_ = fmt::format("there is no entry {}", digit);
}

MenuAction MenuModel::act(Kind kind) {
  if (chosen_ == nullptr) {
    hint_ = filter_.empty() ? "there is no entry here" : "no entry has these words";
    return {};
  }
  if (kind == Kind::run && chosen_->kind == MenuEntry::Kind::unbootable) {
    hint_ = chosen_->why.empty() ? "it cannot be booted" : chosen_->why;
    return {};
  }
  if (kind == Kind::run && chosen_->kind == MenuEntry::Kind::locked) return {Kind::unlock, chosen_->line};
  return {kind, kind == Kind::edit ? chosen_->edit : chosen_->line};
}

MenuAction MenuModel::press_character(std::string_view character) {
  constexpr std::string_view kDigits = "0123456789";
  const std::size_t digit = kDigits.find(character);
  if (digit != std::string_view::npos) {
    press_digit(digit);
    return {};
  }
  typed_number_ = 0;
  if (character == "j" || character == "k") {
    move(character == "j" ? Code::down : Code::up);
    return {};
  }
  if (character == "?") {
    show_text("Keys", std::string(kHelp));
    return {};
  }
  if (character == "/") {
    typing_filter_ = true;
    return {};
  }
  if (character == "l") {
    if (restricted()) return {Kind::unlock, "unlock"};
    if (chosen_ != nullptr && chosen_->kind == MenuEntry::Kind::locked) return {Kind::unlock, chosen_->line};
    hint_ = "nothing is locked here";
    return {};
  }
  const bool known = character == "e" || character == "p" || character == "r";
  if (!known) {
    hint_ = "? shows the keys";
    return {};
  }
  if (restricted()) {
    hint_ = "restricted: l asks for the password";
    return {};
  }
  if (character == "r") return {Kind::look, ""};
  return act(character == "e" ? Kind::edit : Kind::plan);
}

MenuAction MenuModel::press_in_filter(const MenuKey& key) {
  switch (key.code) {
    case Code::character:
      set_filter(filter_ + key.text);
      break;
    case Code::backspace: {
      if (filter_.empty()) typing_filter_ = false;
      std::string shorter = filter_;
      remove_character(shorter);
      set_filter(std::move(shorter));
      break;
    }
    case Code::erase_all:
      set_filter("");
      break;
    case Code::enter:
      typing_filter_ = false;
      break;
    case Code::escape:
      typing_filter_ = false;
      set_filter("");
      break;
    default:
      move(key.code);
  }
  return {};
}

MenuAction MenuModel::press_in_text(const MenuKey& key) {
  const std::size_t last = text_lines_.size() > page_ ? text_lines_.size() - page_ : 0;
  const bool character = key.code == Code::character;
  const auto scroll_to = [&](std::size_t top) { text_top_ = std::min(top, last); };
  if (key.code == Code::up || (character && key.text == "k"))
    scroll_to(text_top_ == 0 ? 0 : text_top_ - 1);
  else if (key.code == Code::down || (character && key.text == "j"))
    scroll_to(text_top_ + 1);
  else if (key.code == Code::page_up)
    scroll_to(text_top_ < page_ ? 0 : text_top_ - page_);
  else if (key.code == Code::page_down || (character && key.text == " " && text_top_ < last))
    scroll_to(text_top_ + page_);
  else if (key.code == Code::home)
    scroll_to(0);
  else if (key.code == Code::end)
    scroll_to(last);
  else
    text_title_.clear();
  return {};
}

MenuAction MenuModel::press(const MenuKey& key) {
  hint_.clear();
  if (key.code == Code::redraw) return {Kind::redraw, ""};
  if (shows_text()) return press_in_text(key);
  if (typing_filter_) return press_in_filter(key);
  if (key.code == Code::character) return press_character(key.text);
  typed_number_ = 0;
  if (move(key.code)) return {};
  if (key.code == Code::enter) return act(Kind::run);
  if (key.code != Code::escape) return {};
  if (filter_.empty()) return {Kind::leave, ""};
  set_filter("");
  return {};
}

}  // namespace kboot
