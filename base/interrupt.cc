#include "base/interrupt.h"

#include <array>
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
std::atomic<bool> ended{false};
std::atomic<int> ignored{0};  // how many Ignored live
std::atomic<int> event_fd{-1};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

void on_sigint(int /*signal*/) {
  const int saved_errno = errno;
  if (ignored == 0) Interrupt::request();
  errno = saved_errno;
}

void on_end(int /*signal*/) {
  const int saved_errno = errno;
  Interrupt::end_session();
  errno = saved_errno;
}

void on_nothing(int /*signal*/) {}

constexpr std::array kHandled = {SIGINT, SIGHUP, SIGTERM, SIGQUIT, SIGPIPE};

void handle(int signal, void (*handler)(int), int flags) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  if (::sigaction(signal, &action, nullptr) != 0) fail_errno(errno, "sigaction");
}

}  // namespace

void Interrupt::install() {
  if (event_fd < 0) {
    UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!fd) fail_errno(errno, "eventfd");
    event_fd = fd.release();
  }
  // Without SA_RESTART, so that a blocked read(2) or mount(2) ends with EINTR.
  handle(SIGINT, on_sigint, 0);
  handle(SIGHUP, on_end, 0);
  handle(SIGTERM, on_end, 0);
  // A slip of the finger beside ^C must not end the prompt, nor a reader that has gone the undoing. Not
  // SIG_IGN, which programs would inherit.
  handle(SIGQUIT, on_nothing, SA_RESTART);
  handle(SIGPIPE, on_nothing, SA_RESTART);
}

void Interrupt::reset_in_child() noexcept {
  for (const int signal : kHandled) {
    struct sigaction action = {};
    // What is ignored stays so.
    if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler != SIG_IGN) ::signal(signal, SIG_DFL);
  }
  // The parent's ^C would be read here, and the other way round. Not closed: others may have its number.
  if (event_fd >= 0) event_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  interrupted = false;
  ended = false;
}

int Interrupt::fd() noexcept {
  return event_fd;
}

bool Interrupt::requested() noexcept {
  return interrupted;
}

void Interrupt::clear() noexcept {
  interrupted = false;
  std::uint64_t count = 0;
  // Nothing to do when the read fails: then nothing was there.
  if (event_fd >= 0 && ::read(event_fd, &count, sizeof count) < 0) count = 0;
  // A ^C that came meanwhile may have lost its mark in fd(): both say the same again.
  if (interrupted || session_ended()) request();
}

// Called in the signal handler: only what signal-safety(7) lists.
void Interrupt::request() noexcept {
  interrupted = true;
  const std::uint64_t one = 1;
  // EAGAIN alone is possible: the counter is full, so the descriptor is readable anyway.
  if (event_fd >= 0 && ::write(event_fd, &one, sizeof one) < 0) return;
}

// Called in the signal handler.
void Interrupt::end_session() noexcept {
  ended = true;
  if (ignored == 0) request();
}

bool Interrupt::session_ended() noexcept {
  return ended && ignored == 0;
}

void Interrupt::throw_if_requested() {
  if (requested()) throw Cancelled();
}

Interrupt::Ignored::Ignored() noexcept {
  ++ignored;
  clear();
}

Interrupt::Ignored::~Ignored() {
  --ignored;
  if (session_ended()) request();
}

}  // namespace kboot
