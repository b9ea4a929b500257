#include "loader/prompt/menu/menu.h"

#include "base/error.h"
#include "loader/prompt/menu/curses_screen.h"

namespace kboot {

std::unique_ptr<MenuScreen> make_menu_screen() {
  fail("menu: left out of this kboot");
}

Menu::Menu(Session& session, MenuScreen& screen, MenuSource source)
    : session_(session),
      screen_(screen),
      painter_(MenuLines::ascii),
      source_(std::move(source)),
      watch_(source_.published.folder()) {}

MenuEnd Menu::show(const MenuMeanwhile& /*meanwhile*/) {
  return {};
}

}  // namespace kboot
