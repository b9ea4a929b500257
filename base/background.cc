#include "base/background.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/process.h"
#include "base/unique_fd.h"

namespace kboot {

void go_to_background() noexcept {
  ::setpgid(0, 0);
  const UniqueFd nowhere(::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere.get(), stream);
}

void run_in_background(const std::string& noun, const std::function<void()>& action) {
  try {
    if (fork_child("fork") != 0) return;
  } catch (const std::exception& error) {
    return log_warning("{}: {}", noun, describe(error));
  }
  go_to_background();
  try {
    action();
  } catch (const std::exception& error) {
    log_warning("{}: {}", noun, describe(error));
  }
  ::_exit(0);
}

}  // namespace kboot
