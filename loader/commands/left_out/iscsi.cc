#include "base/error.h"
#include "loader/commands/commands.h"

namespace kboot {

void run_iscsi(Session& /*session*/, const std::vector<std::string>& /*arguments*/) {
  fail("iscsi: left out of this kboot");
}

}  // namespace kboot
