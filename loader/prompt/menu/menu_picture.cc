#include "loader/prompt/menu/menu_picture.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "loader/terminal/table.h"

namespace kboot {
namespace {

using Style = PictureRow::Style;

/// Below that the list has no rows to spare for who the machine is.
constexpr std::size_t kFewRows = 12;
constexpr std::string_view kLooking = "the disks are still being looked at";
/// So many rows a message may take on a screen that is not small.
constexpr std::size_t kMessageRows = 3;
constexpr std::size_t kIndent = 2;
/// A deeper menu is not indented any further.
constexpr std::size_t kDeepest = 4;

/// The keys, as many as fit: the first ones count most.
std::string keys_text(const MenuModel& model, std::size_t columns) {
  const std::string_view escape = model.filter().empty() ? "Esc prompt" : "Esc all";
  const bool locked = model.chosen() != nullptr && model.chosen()->kind == MenuEntry::Kind::locked;
  std::vector<std::string_view> words = {locked ? "Enter unlock" : "Enter boot", escape};
  if (model.restricted())
    words.insert(words.end(), {"? help", "/ filter", "l unlock"});
  else
    words.insert(words.end(), {"? help", "e edit", "p plan", "/ filter", "r look again", "l unlock"});
  std::string text;
  for (const std::string_view word : words) {
    constexpr std::string_view kGap = "   ";
    const std::size_t more = (text.empty() ? 1 : kGap.size()) + word.size();
    if (text.size() + more > columns) break;
    text += fmt::format("{}{}", text.empty() ? " " : kGap, word);
  }
  return text;
}

std::string filled(std::string text, std::size_t columns) {
  const std::size_t width = width_of(text);
  if (width < columns) text.append(columns - width, ' ');
  return text;
}

}  // namespace

std::string MenuPainter::cut(std::string_view text, std::size_t columns) const {
  return cut_to(printable(text), columns, lines_ == MenuLines::utf8 ? "…" : "...");
}

/// Titles of one machine begin alike and end with versions: what is too long loses its middle.
std::string MenuPainter::cut_middle(std::string_view text, std::size_t columns) const {
  std::string whole = printable(text);
  const std::size_t width = width_of(whole);
  if (width <= columns) return whole;
  const std::size_t tail = columns * 3 / 5;
  // From the first character of the tail on.
  const std::string end = whole.substr(cut_to(whole, width - tail, "").size());
  return cut(whole, columns - tail) + end;
}

PictureRow MenuPainter::rule(std::size_t columns) const {
  std::string text;
  for (std::size_t i = 0; i < columns; ++i) text += lines_ == MenuLines::utf8 ? "─" : "-";
  return {Style::rule, std::move(text)};
}

PictureRow MenuPainter::list_row(const MenuModel& model, const MenuRow& row, std::size_t columns) const {
  const std::size_t indent = std::min(row.depth, kDeepest) * kIndent;
  switch (row.kind) {
    case MenuRow::Kind::place: {
      std::string text = " " + row.text;
      if (!row.place->about.empty()) text += "  " + row.place->about;
      return {Style::heading, cut(text, columns)};
    }
    case MenuRow::Kind::submenu:
      return {Style::faint, cut(fmt::format("{:{}}{}", "", indent + 8, row.text), columns)};
    case MenuRow::Kind::entry:
      break;
  }
  const MenuEntry& entry = *row.entry;
  const bool chosen = &entry == model.chosen();
  const bool bootable = entry.kind == MenuEntry::Kind::bootable;
  const std::string number = entry.number == 0 ? "" : fmt::format("{}", entry.number);
  const char mark = entry.is_default ? '*' : bootable ? ' ' : '!';
  const std::string before = fmt::format(" {}{:>4} {} {:{}}", chosen ? '>' : ' ', number, mark, "", indent);
  std::string text = columns <= before.size() ? cut(before, columns)
                                              : before + cut_middle(entry.title, columns - before.size());
  if (chosen) return {Style::chosen, filled(std::move(text), columns)};
  return {bootable ? Style::plain : Style::faint, std::move(text)};
}

std::vector<PictureRow> MenuPainter::list(const MenuModel& model, const MenuStatus& status, MenuSize size) {
  std::vector<PictureRow> rows;
  const std::vector<MenuRow>& all = model.rows();
  if (model.chosen() == nullptr) {
    std::string_view text = "nothing was found that can be booted; r looks again";
    if (!model.filter().empty())
      text = "no entry has these words";
    else if (model.restricted())
      text = "no label is defined; l asks for the password";
    else if (status.looking)
      text = "nothing was found yet that can be booted";
    rows.push_back({Style::faint, cut(fmt::format(" {}", text), size.columns)});
    top_ = 0;
  }
  std::size_t chosen = 0;
  std::size_t last_entry = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].entry == nullptr) continue;
    if (all[i].entry == model.chosen()) chosen = i;
    last_entry = i;
  }
  // The places without entries behind the last entry are shown with it: no key leads to them.
  const bool at_end = model.chosen() != nullptr && chosen == last_entry;
  const std::size_t last = at_end ? all.size() - 1 : chosen;
  // The headings right above the chosen entry are shown with it.
  std::size_t above = chosen;
  while (above > 0 && chosen - above + 1 < size.rows && all[above - 1].kind != MenuRow::Kind::entry) --above;
  if (size.rows == 0) return {};
  top_ = std::min(top_, all.size() > size.rows ? all.size() - size.rows : 0);
  if (last >= top_ + size.rows) top_ = last + 1 - size.rows;
  if (above < top_) top_ = above;
  for (std::size_t i = top_; i < all.size() && rows.size() < size.rows; ++i)
    rows.push_back(list_row(model, all[i], size.columns));
  return rows;
}

MenuPicture MenuPainter::paint(MenuModel& model, const MenuStatus& status, MenuSize size) {
  const std::size_t columns = size.columns;
  MenuPicture picture;
  const auto add = [&](Style style, std::string_view text) {
    picture.rows.push_back({style, cut(fmt::format(" {}", text), columns)});
  };
  const bool few = size.rows < kFewRows;
  add(Style::title, few && status.looking ? fmt::format("{}, {}", kLooking, status.machine) : status.machine);
  if (!few)
    for (const std::string& line : status.about) add(Style::plain, line);
  picture.rows.push_back(rule(columns));

  // Below the list: what is going on, and the keys.
  std::vector<PictureRow> below = {rule(columns)};
  const auto add_below = [&](Style style, std::string_view text) {
    below.push_back({style, cut(fmt::format(" {}", text), columns)});
  };
  // A reason stands at the end of a message: what is too long for a few rows loses its middle.
  const auto add_message = [&](std::string_view text) {
    const std::size_t width = columns == 0 ? 0 : columns - 1;
    std::vector<std::string> lines = wrapped(printable(text), width);
    const std::size_t most = few ? 1 : kMessageRows;
    if (lines.size() > most) {
      std::string rest;
      for (std::size_t i = most - 1; i < lines.size(); ++i) rest += lines[i];
      lines.resize(most - 1);
      lines.push_back(cut_middle(rest, width));
    }
    for (const std::string& line : lines) add_below(Style::warning, line);
  };
  std::optional<std::size_t> filter_at;
  if (model.shows_text()) {
    add_below(Style::plain, "any other key closes it; Up, Down, PgUp, PgDn and blank scroll");
  } else {
    if (!status.failure.empty()) add_message(status.failure);
    if (!status.news.empty()) add_below(Style::plain, status.news);
    if (status.looking && !few) add_below(Style::plain, kLooking);
    if (model.typing_filter() || !model.filter().empty()) {
      filter_at = below.size();
      add_below(Style::plain, fmt::format("/{}", model.filter()));
    }
    const MenuEntry* chosen = model.chosen();
    if (!model.hint().empty())
      add_message(model.hint());
    else if (chosen != nullptr)
      add_below(Style::faint,
                chosen->why.empty() ? chosen->line : fmt::format("{}: {}", chosen->line, chosen->why));
    // Its seconds are behind the default's name.
    if (!status.countdown.empty())
      add_below(Style::title, columns == 0 ? "" : cut_middle(status.countdown, columns - 1));
    below.push_back({Style::plain, keys_text(model, columns)});
  }

  // On a screen of few rows the list goes last: who chooses has to see what.
  const std::size_t around = picture.rows.size() + below.size();
  const std::size_t room = size.rows > around ? size.rows - around : 1;
  model.set_page(room, columns == 0 ? 0 : columns - 1);
  if (model.shows_text()) {
    picture.rows.front() = {Style::title, cut(fmt::format(" {}", model.text_title()), columns)};
    const std::vector<std::string> lines = model.text_lines();
    for (std::size_t i = 0; i < lines.size() && i < room; ++i) add(Style::plain, lines[i]);
  } else {
    for (PictureRow& row : list(model, status, {room, columns})) picture.rows.push_back(std::move(row));
  }
  const std::size_t above_below = size.rows > below.size() ? size.rows - below.size() : 1;
  while (picture.rows.size() < above_below) picture.rows.push_back({});
  if (filter_at && model.typing_filter())
    picture.cursor = {picture.rows.size() + *filter_at,
                      std::min(width_of(below[*filter_at].text), columns == 0 ? 0 : columns - 1)};
  for (PictureRow& row : below) picture.rows.push_back(std::move(row));
  if (picture.rows.size() > size.rows) picture.rows.resize(size.rows);
  if (picture.cursor && picture.cursor->row >= picture.rows.size()) picture.cursor.reset();
  return picture;
}

}  // namespace kboot
