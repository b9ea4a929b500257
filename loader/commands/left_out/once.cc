#include "base/error.h"
#include "loader/commands/commands.h"

namespace kboot {

void run_once(Session& /*session*/, const std::vector<std::string>& /*arguments*/) {
  fail("once: left out of this kboot");
}

}  // namespace kboot
