#include "loader/app/console_name.h"

#include <cstdlib>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "base/text.h"

namespace kboot {

std::string console_name() {
  if (const char* connection = std::getenv("SSH_CONNECTION")) {
    const std::vector<std::string> words = split_blanks(connection);
    return words.empty() ? "an ssh session" : "an ssh session from " + words[0];
  }
  const char* name = ::ttyname(STDIN_FILENO);
  if (name == nullptr) return "a script";
  constexpr std::string_view kDev = "/dev/";
  std::string_view console(name);
  if (console.starts_with(kDev)) console.remove_prefix(kDev.size());
  return std::string(console);
}

bool is_screen() {
  const std::string name = console_name();
  constexpr std::size_t kDigit = 3;
  return name.size() > kDigit && name.starts_with("tty") && name[kDigit] >= '0' && name[kDigit] <= '9';
}

bool over_ssh() {
  return std::getenv("SSH_CONNECTION") != nullptr;
}

}  // namespace kboot
