#include "base/error.h"
#include "loader/commands/commands.h"

namespace kboot {

void run_entries(Session& /*session*/, const std::vector<std::string>& /*arguments*/) {
  fail("entries: left out of this kboot");
}

}  // namespace kboot
