#include "base/error.h"
#include "loader/commands/commands.h"

namespace kboot {

void run_ssh(Session& /*session*/, const std::vector<std::string>& /*arguments*/) {
  fail("ssh: left out of this kboot");
}

}  // namespace kboot
