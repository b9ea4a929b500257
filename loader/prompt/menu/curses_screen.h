#pragma once

#include <memory>

#include "loader/prompt/menu/menu_screen.h"

namespace kboot {

/// The terminal at standard input and output, by ncurses. One per process, because curses' screen is.
std::unique_ptr<MenuScreen> make_menu_screen();

}  // namespace kboot
