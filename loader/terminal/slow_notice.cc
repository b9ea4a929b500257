#include "loader/terminal/slow_notice.h"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/scope_exit.h"

namespace kboot {

SlowNotice::SlowNotice(int terminal, std::string text, std::chrono::milliseconds after) noexcept
    : text_(std::move(text)), done_(::eventfd(0, EFD_CLOEXEC)) {
  if (!done_) return;
  // ^C has to interrupt the caller's system call, not the thread's.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const ScopeExit unmask([&]() noexcept { ::pthread_sigmask(SIG_SETMASK, &before, nullptr); });
  try {
    thread_ = std::thread([this, terminal, after] { watch(terminal, after); });
  } catch (const std::system_error&) {
    // Then it is silent.
  }
}

void SlowNotice::watch(int terminal, std::chrono::milliseconds after) noexcept {
  const Deadline deadline = Deadline::in(after);
  pollfd done{done_.get(), POLLIN, 0};
  int ready = 0;
  do {
    ready = ::poll(&done, 1, deadline.poll_timeout());
  } while (ready < 0 && errno == EINTR);
  if (ready == 0) written_ = ::write(terminal, text_.data(), text_.size()) > 0;
}

bool SlowNotice::end() noexcept {
  if (!thread_.joinable()) return written_;
  const std::uint64_t one = 1;
  // Cannot fail: the counter is at 0.
  if (::write(done_.get(), &one, sizeof one) == sizeof one) thread_.join();
  return written_;
}

}  // namespace kboot
