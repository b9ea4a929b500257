#pragma once

#include <memory>

#include "base/error.h"
#include "loader/prompt/menu/menu.h"

namespace kboot {

/// The menu on this terminal, which the prompt opens when it is asked for. The session outlives it. Throws
/// Error when the terminal cannot show it.
std::unique_ptr<EntryMenu> make_terminal_menu(Session& session);

/// Says that this kboot was built without it.
inline std::unique_ptr<EntryMenu> make_absent_menu(Session& /*session*/) {
  fail("menu: left out of this kboot");
}

}  // namespace kboot
