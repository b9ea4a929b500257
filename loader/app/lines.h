#pragma once

#include <string>
#include <vector>

#include "loader/session/session.h"

namespace kboot {

/// Runs one line after the other, whatever becomes of those before; how the last one ended. `-c`.
Status run_lines(Session& session, const std::vector<std::string>& lines);

/// Runs the lines of a file, without `#` comments and empty lines. Throws Error when it cannot be read.
Status run_script(Session& session, const std::string& file);

/// Runs each line of standard input as soon as it is there.
Status run_standard_input(Session& session);

}  // namespace kboot
