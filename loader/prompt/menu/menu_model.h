#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "loader/prompt/menu/menu_keys.h"

namespace kboot {

/// What the menu offers: all texts are as a disk or a configuration has them, not made printable yet.
struct MenuEntry {
  enum class Kind { bootable, locked, unbootable };

  std::string id;    ///< `sda1#debian`, a label; unique in the menu
  std::string line;  ///< runs it, as if typed
  std::string edit;  ///< does the same, with all its words: what is put on the prompt for editing
  std::string title;
  std::vector<std::string> submenu;  ///< titles of the menus around it, the outermost first
  std::size_t number = 0;            ///< `#3` at the prompt; 0: it has none
  bool is_default = false;
  Kind kind = Kind::bootable;
  std::string why;  ///< of what is locked or unbootable
};

/// A device, or what the configuration names. Without entries it is shown for what stands behind its name.
struct MenuPlace {
  std::string name;
  std::string about;  ///< what stands behind the name
  std::vector<MenuEntry> entries;
};

/// What a key asks for, beyond the menu itself.
struct MenuAction {
  enum class Kind {
    none,
    run,     ///< `line`, as if typed
    edit,    ///< `line` goes on the prompt
    plan,    ///< shows what `line` would boot
    look,    ///< looks for entries again
    unlock,  ///< `line` asks for a password or a passphrase; the menu comes back
    leave,   ///< the prompt
    redraw,  ///< the terminal shows something else
  };
  Kind kind = Kind::none;
  std::string line;
  bool operator==(const MenuAction&) const = default;
};

/// One line of the list.
struct MenuRow {
  enum class Kind { place, submenu, entry };
  Kind kind = Kind::entry;
  std::size_t depth = 0;             ///< of menus around it
  std::string text;                  ///< a place's or a submenu's name
  const MenuEntry* entry = nullptr;  ///< of the model, until it changes
  const MenuPlace* place = nullptr;
};

/// Lines of at most `width` columns, at least ten: one that is too long is broken behind a word, where one
/// ends in its second half.
std::vector<std::string> wrapped(std::string_view printable_line, std::size_t width);

/// The menu without a terminal: what is offered, what is chosen, what a key does.
class MenuModel {
 public:
  enum class Restricted { no, yes };

  MenuModel() = default;
  MenuModel(const MenuModel&) = delete;  // rows point into places
  MenuModel& operator=(const MenuModel&) = delete;

  /// Takes new places over. The chosen entry stays chosen as long as it is there; when it goes, the one that
  /// takes its position is chosen.
  void set_places(std::vector<MenuPlace> places);
  /// Chooses what the place boots by itself, else its first entry; false when it has none.
  bool choose_place(std::string_view name);
  /// In restricted mode only entries are booted, the restrictions lifted, and the menu left.
  void set_restricted(Restricted restricted) { restricted_ = restricted; }
  /// How many rows of the list, or of a text, are shown, and how wide a text may be.
  void set_page(std::size_t rows, std::size_t columns);
  /// Shows a text instead of the list until a key closes it.
  void show_text(std::string title, std::string text);
  /// A line about the last key, until the next one.
  void set_hint(std::string hint) { hint_ = std::move(hint); }

  MenuAction press(const MenuKey& key);

  /// The rows that the filter leaves.
  const std::vector<MenuRow>& rows() const { return rows_; }
  const MenuEntry* chosen() const { return chosen_; }
  std::size_t entry_count() const;
  bool restricted() const { return restricted_ == Restricted::yes; }
  /// What was typed after `/`.
  const std::string& filter() const { return filter_; }
  bool typing_filter() const { return typing_filter_; }
  /// Whether Enter boots or unlocks, and does not end a filter or a text.
  bool enter_acts() const { return !typing_filter_ && !shows_text(); }
  const std::string& hint() const { return hint_; }

  bool shows_text() const { return !text_title_.empty(); }
  const std::string& text_title() const { return text_title_; }
  /// Printable lines, no wider than the page, from the first one that is shown.
  std::vector<std::string> text_lines() const;

 private:
  MenuAction press_in_text(const MenuKey& key);
  MenuAction press_in_filter(const MenuKey& key);
  MenuAction press_character(std::string_view character);
  MenuAction act(MenuAction::Kind kind);
  bool move(MenuKey::Code code);
  void press_digit(std::size_t digit);
  void set_filter(std::string filter);
  void make_rows();
  void wrap_text();
  void add_rows(const MenuPlace& place);
  std::vector<const MenuEntry*> visible() const;
  void choose(const MenuEntry* entry);
  void choose_at(std::size_t position);

  std::vector<MenuPlace> places_;
  std::vector<MenuRow> rows_;
  const MenuEntry* chosen_ = nullptr;
  std::string chosen_id_;      ///< also while the filter hides it
  std::size_t chosen_at_ = 0;  ///< its position among the visible ones
  Restricted restricted_ = Restricted::no;
  std::size_t page_ = 10;
  std::size_t columns_ = 80;
  std::string filter_;
  bool typing_filter_ = false;
  std::size_t typed_number_ = 0;  ///< by the digits pressed one after the other
  std::string hint_;
  std::string text_title_;
  std::string text_;
  std::vector<std::string> text_lines_;
  std::size_t text_top_ = 0;
};

}  // namespace kboot
