#include "base/text.h"
#include "loader/commands.h"
#include "loader/session.h"

namespace kboot {

void run_chroot(Session& session, const std::vector<std::string>& arguments) {
  session.run_in_booted_system(join(arguments));
}

}  // namespace kboot
