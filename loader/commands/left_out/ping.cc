#include "base/error.h"
#include "loader/commands/commands.h"

namespace kboot {

void run_ping(Session& /*session*/, const std::vector<std::string>& /*arguments*/) {
  fail("ping: left out of this kboot");
}

}  // namespace kboot
