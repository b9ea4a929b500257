#include "loader/app/root_shell.h"

#include <cstdlib>
#include <string_view>

#include "base/process.h"

namespace kboot {
namespace {

/// Set in that shell, where `kboot` is kboot.
constexpr const char* kShellMark = "KBOOT_SSH_SHELL";

}  // namespace

bool may_have_shell(const Session& session) {
  const char* user = std::getenv("USER");  // dropbear sets it
  return session.settings().ssh_root_shell && !session.restricted() && user != nullptr &&
         user == std::string_view("root") && std::getenv(kShellMark) == nullptr;
}

int root_shell(const std::vector<std::string>& lines) {
  std::vector<std::string> argv = {"/bin/sh", lines.empty() ? "-l" : "-c"};
  argv.insert(argv.end(), lines.begin(), lines.end());
  ::setenv(kShellMark, "true", 1);
  return run_in_foreground(argv, "/root");
}

}  // namespace kboot
