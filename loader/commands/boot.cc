#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/session/session.h"

namespace kboot {

void run_boot(Session& session, const std::vector<std::string>& arguments) {
  session.boot_line(join(arguments));
}

}  // namespace kboot
