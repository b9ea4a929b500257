#include "loader/prompt/menu/terminal_menu.h"

#include <string>
#include <utility>

#include "loader/prompt/menu/curses_screen.h"
#include "loader/session/session.h"

namespace kboot {
namespace {

class TerminalMenu final : public EntryMenu {
 public:
  explicit TerminalMenu(Session& session)
      : screen_(make_menu_screen()), menu_(session, *screen_, {.published = session.published()}) {}
  MenuEnd show(const MenuMeanwhile& meanwhile) override { return menu_.show(meanwhile); }
  void set_failure(std::string why) override { menu_.set_failure(std::move(why)); }

 private:
  std::unique_ptr<MenuScreen> screen_;
  Menu menu_;
};

}  // namespace

std::unique_ptr<EntryMenu> make_terminal_menu(Session& session) {
  return std::make_unique<TerminalMenu>(session);
}

}  // namespace kboot
