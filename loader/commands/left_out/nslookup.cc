#include "base/error.h"
#include "loader/commands/commands.h"

namespace kboot {

void run_nslookup(Session& /*session*/, const std::vector<std::string>& /*arguments*/) {
  fail("nslookup: left out of this kboot");
}

}  // namespace kboot
