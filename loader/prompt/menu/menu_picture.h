#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "loader/prompt/menu/menu_model.h"

namespace kboot {

/// What the menu shows around its list; each text is one line, made printable when shown.
struct MenuStatus {
  std::string machine;             ///< `kboot 0.1.0 on demo`
  std::vector<std::string> about;  ///< addresses, the ssh server's key
  std::string countdown;           ///< `booting "linux" in 9 s, any key stops it`
  std::string failure;             ///< why the last boot failed
  std::string news;                ///< of other consoles
  bool looking = false;            ///< for entries, which is not over yet
  bool operator==(const MenuStatus&) const = default;
};

enum class MenuLines { ascii, utf8 };

struct MenuSize {
  std::size_t rows = 0;
  std::size_t columns = 0;
  bool operator==(const MenuSize&) const = default;
};

/// One line of the screen, no longer than that is wide.
struct PictureRow {
  enum class Style { plain, title, heading, rule, faint, chosen, warning };
  Style style = Style::plain;
  std::string text;
  bool operator==(const PictureRow&) const = default;
};

/// What the screen shows, from its first row on.
struct MenuPicture {
  std::vector<PictureRow> rows;
  /// Where the cursor stands, for what is typed there; nothing where it is hidden.
  struct Cursor {
    std::size_t row = 0;
    std::size_t column = 0;
    bool operator==(const Cursor&) const = default;
  };
  std::optional<Cursor> cursor;
  bool operator==(const MenuPicture&) const = default;
};

/// Lays the menu out, for any size of the screen; keeps where the list was scrolled to.
class MenuPainter {
 public:
  explicit MenuPainter(MenuLines lines) : lines_(lines) {}
  /// Tells the model how large a page is.
  MenuPicture paint(MenuModel& model, const MenuStatus& status, MenuSize size);

 private:
  std::vector<PictureRow> list(const MenuModel& model, const MenuStatus& status, MenuSize size);
  PictureRow list_row(const MenuModel& model, const MenuRow& row, std::size_t columns) const;
  PictureRow rule(std::size_t columns) const;
  std::string cut(std::string_view text, std::size_t columns) const;
  std::string cut_middle(std::string_view text, std::size_t columns) const;

  MenuLines lines_;
  std::size_t top_ = 0;
};

}  // namespace kboot
