#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/session/session.h"

namespace kboot {

void run_chroot(Session& session, const std::vector<std::string>& arguments) {
  session.shell().run_in_booted_system(join(arguments));
}

}  // namespace kboot
