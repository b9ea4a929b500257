#pragma once

#include <chrono>
#include <string>

#include "loader/prompt/menu/menu_picture.h"

namespace kboot {

/// The terminal that the menu is shown on. The real one is made by make_menu_screen(); tests have one that
/// is only remembered.
class MenuScreen {
 public:
  virtual ~MenuScreen() = default;
  /// Takes the terminal over. Throws Error when the menu cannot be shown there.
  virtual void open() = 0;
  /// Gives the terminal back to lines and programs. Does nothing when it is not open.
  virtual void close() noexcept = 0;
  virtual MenuLines lines() const = 0;
  virtual MenuSize size() = 0;
  virtual void show(const MenuPicture& picture) = 0;
  /// Something else has written to the terminal: the next picture is painted whole.
  virtual void forget() = 0;

  struct Input {
    std::string bytes;     ///< typed; empty: the time has passed, or something else has happened
    bool hung_up = false;  ///< the terminal has gone away
  };
  /// Waits for what is typed, for ^C, for `other` (-1: none) to become readable, or until the time has
  /// passed.
  virtual Input wait(std::chrono::milliseconds longest, int other) = 0;
};

}  // namespace kboot
