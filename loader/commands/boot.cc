#include "base/text.h"
#include "loader/commands.h"
#include "loader/session.h"

namespace kboot {

void run_boot(Session& session, const std::vector<std::string>& arguments) {
  session.boot_line(join(arguments));
}

}  // namespace kboot
