#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/session/session.h"

namespace kboot {

void run_nslookup(Session& session, const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.size() > 2) wrong_usage("nslookup");
  std::string command = "nslookup";
  for (const std::string& argument : arguments)
    command += " " + shell_quoted(server_argument("nslookup", argument));
  session.fetch_policy().await_network(arguments.size() == 2 ? server_argument("nslookup", arguments[1])
                                                             : "");
  session.shell().run_program(command);
}

}  // namespace kboot
