#pragma once

#include <optional>
#include <string>
#include <vector>

namespace kboot {

/// A key of the menu: a character, or one that moves.
struct MenuKey {
  enum class Code {
    character,  ///< `text` is it
    up,
    down,
    page_up,
    page_down,
    home,
    end,
    enter,
    escape,
    backspace,
    erase_all,  ///< ^U
    redraw,     ///< ^L
  };
  Code code = Code::character;
  std::string text;
  bool operator==(const MenuKey&) const = default;
};

/// Makes keys of the bytes that a terminal sends, from a vt100 upwards: in the cursor mode of ECMA-48 and in
/// that of applications. Sequences that mean no key of the menu are dropped whole.
class MenuKeys {
 public:
  /// Takes a byte; gives back the keys that are complete.
  std::vector<MenuKey> put(char byte);
  /// No byte follows soon: an ESC was the key of that name.
  std::vector<MenuKey> flush();
  /// Whether the bytes so far may be the beginning of a key.
  bool holding() const { return !held_.empty(); }

 private:
  std::string held_;
};

}  // namespace kboot
