#include "loader/consoles/hold_process.h"

#include <array>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/process.h"
#include "loader/consoles/hold.h"

namespace kboot {
namespace {

constexpr int kLook = 1000;  // milliseconds

/// When something was last read from the terminal, to within eight seconds: so the kernel keeps it.
time_t last_read(int terminal) {
  struct stat facts {};
  return terminal >= 0 && ::fstat(terminal, &facts) == 0 ? facts.st_atime : 0;
}

/// Until the other end of `alive` is closed, or the connection is.
void hold_until_closed(Consoles& consoles, std::chrono::seconds longest, pid_t connection, int alive) {
  const int terminal = ::isatty(STDIN_FILENO) != 0 ? STDIN_FILENO : -1;
  Hold hold(consoles, Hold::Clock::now);
  time_t read = last_read(terminal);
  for (pollfd end{alive, POLLIN, 0}; ::poll(&end, 1, kLook) == 0;) {
    if (const time_t now = last_read(terminal); now != read) {
      read = now;
      hold.note_key();
    }
    hold.expire(longest);
    if (connection != 0 && ::kill(connection, 0) != 0) return;
  }
}

}  // namespace

HoldProcess::HoldProcess(Consoles& consoles, std::chrono::seconds longest, pid_t connection) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
  const UniqueFd closed(ends[0]);
  alive_ = UniqueFd(ends[1]);
  try {
    process_ = fork_child("fork");
  } catch (const std::exception& error) {
    log_warning("autoboot does not wait for this session: {}", describe(error));
    return;
  }
  if (process_ != 0) return;
  // ^C is not meant for it, and nobody who waits for the end of the output waits for it.
  ::setpgid(0, 0);
  alive_.reset();
  const UniqueFd nowhere(::open("/dev/null", O_RDWR | O_CLOEXEC));
  ::dup2(nowhere.get(), STDOUT_FILENO);
  ::dup2(nowhere.get(), STDERR_FILENO);
  hold_until_closed(consoles, longest, connection, closed.get());
  ::_exit(0);
}

HoldProcess::~HoldProcess() {
  if (process_ <= 0) return;
  end_child(process_, {.grace = std::chrono::milliseconds(0)});
}

}  // namespace kboot
