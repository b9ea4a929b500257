#include "base/signal_fd.h"

#include <cerrno>
#include <csignal>

#include <sys/signalfd.h>

#include "base/error.h"

namespace kboot {

UniqueFd watch_signal(int signal) {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, signal);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  UniqueFd fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) fail_errno(errno, "signalfd");
  return fd;
}

}  // namespace kboot
