// `ssh`: dropbear's client. No word is a path of this machine's: what stands behind the host is for its
// shell.

#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/session/session.h"

namespace kboot {

void run_ssh(Session& session, const std::vector<std::string>& arguments) {
  if (arguments.empty()) wrong_usage("ssh");
  session.shell().run_program("ssh " + join(arguments));
}

}  // namespace kboot
