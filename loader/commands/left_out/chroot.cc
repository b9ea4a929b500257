#include "base/error.h"
#include "loader/commands/commands.h"

namespace kboot {

void run_chroot(Session& /*session*/, const std::vector<std::string>& /*arguments*/) {
  fail("chroot: left out of this kboot");
}

}  // namespace kboot
