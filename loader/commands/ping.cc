#include "base/error.h"
#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/session/session.h"

namespace kboot {

void run_ping(Session& session, const std::vector<std::string>& arguments) {
  if (arguments.size() != 1) wrong_usage("ping");
  const std::string host = server_argument("ping", arguments[0]);
  session.fetch_policy().await_network(host);
  session.shell().run_program("ping -c 3 -w 10 " + shell_quoted(host));
}

}  // namespace kboot
