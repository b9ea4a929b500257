#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/session/session.h"

namespace kboot {

void run_cd(Session& session, const std::vector<std::string>& arguments) {
  if (arguments.size() > 1) wrong_usage("cd");
  const std::string where = arguments.empty() ? "//" : arguments[0];
  with_noun(printable(where), [&] { session.change_directory(session.locate(where)); });
}

}  // namespace kboot
