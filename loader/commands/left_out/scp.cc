#include "base/error.h"
#include "loader/commands/commands.h"

namespace kboot {

void run_scp(Session& /*session*/, const std::vector<std::string>& /*arguments*/) {
  fail("scp: left out of this kboot");
}

}  // namespace kboot
