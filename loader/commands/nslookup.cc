#include "base/text.h"
#include "loader/commands.h"
#include "loader/session.h"

namespace kboot {

void run_nslookup(Session& session, const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.size() > 2) wrong_usage("nslookup");
  std::string command = "nslookup";
  for (const std::string& argument : arguments)
    command += " " + shell_quoted(server_argument("nslookup", argument));
  session.await_network(arguments.size() == 2 ? server_argument("nslookup", arguments[1]) : "");
  session.run_program(command);
}

}  // namespace kboot
