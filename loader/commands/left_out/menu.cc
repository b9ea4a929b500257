#include "base/error.h"
#include "loader/commands/commands.h"

namespace kboot {

void run_menu(Session& /*session*/, const std::vector<std::string>& /*arguments*/) {
  fail("menu: left out of this kboot");
}

}  // namespace kboot
