#include "base/interrupt.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>

#include <sys/eventfd.h>
#include <unistd.h>

#include "base/error.h"
#include "base/unique_fd.h"

namespace kboot {
namespace {

// All that the signal handler touches. Plain ints and lock-free atomics, never destroyed: ^C may come during
// exit().
std::atomic<bool> interrupted{false};
std::atomic<bool> ignored{false};
std::atomic<int> event_fd{-1};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

void on_sigint(int /*signal*/) {
  const int saved_errno = errno;
  if (!ignored) Interrupt::request();
  errno = saved_errno;
}

void on_sigquit(int /*signal*/) {}

}  // namespace

void Interrupt::install() {
  if (event_fd < 0) {
    UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!fd) fail_errno(errno, "eventfd");
    event_fd = fd.release();
  }
  // Without SA_RESTART, so that a blocked read(2) or mount(2) ends with EINTR.
  struct sigaction action = {};
  action.sa_handler = on_sigint;
  sigemptyset(&action.sa_mask);
  if (::sigaction(SIGINT, &action, nullptr) != 0) fail_errno(errno, "sigaction");

  // A slip of the finger beside ^C must not end the prompt. Not SIG_IGN, which programs would inherit.
  struct sigaction nothing = {};
  nothing.sa_handler = on_sigquit;
  nothing.sa_flags = SA_RESTART;
  sigemptyset(&nothing.sa_mask);
  if (::sigaction(SIGQUIT, &nothing, nullptr) != 0) fail_errno(errno, "sigaction");
}

int Interrupt::fd() noexcept {
  return event_fd;
}

bool Interrupt::requested() noexcept {
  return interrupted;
}

void Interrupt::clear() noexcept {
  std::uint64_t count = 0;
  // Nothing to do when the read fails: then nothing was there.
  if (event_fd >= 0 && ::read(event_fd, &count, sizeof count) < 0) count = 0;
  interrupted = false;
}

// Called in the signal handler: only what signal-safety(7) lists.
void Interrupt::request() noexcept {
  interrupted = true;
  const std::uint64_t one = 1;
  // EAGAIN alone is possible: the counter is full, so the descriptor is readable anyway.
  if (event_fd >= 0 && ::write(event_fd, &one, sizeof one) < 0) return;
}

void Interrupt::throw_if_requested() {
  if (requested()) throw Cancelled();
}

Interrupt::Ignored::Ignored() noexcept {
  ignored = true;
  clear();
}

Interrupt::Ignored::~Ignored() {
  ignored = false;
}

}  // namespace kboot
