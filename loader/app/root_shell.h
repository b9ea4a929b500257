#pragma once

#include <string>
#include <vector>

#include "loader/session/session.h"

namespace kboot {

/// Whether who has logged in as root by ssh is given a shell instead of the prompt: `ssh.rootshell=true`.
bool may_have_shell(const Session& session);

/// That shell, as dropbear would start it; with lines it runs these. Returns its exit status.
int root_shell(const std::vector<std::string>& lines);

}  // namespace kboot
