#include "loader/terminal/keyboard.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <memory>

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/error.h"
#include "base/interrupt.h"

namespace kboot {
namespace {

constexpr std::chrono::minutes kPatience{1};
constexpr std::size_t kMaxSecret = 1024;  // bytes; more is dropped, and then wrong

/// Standard input's terminal with some local modes (termios(3), c_lflag) off, for as long as this lives.
class QuietTerminal {
 public:
  explicit QuietTerminal(tcflag_t off) {
    is_terminal_ = ::tcgetattr(STDIN_FILENO, &saved_) == 0;
    if (!is_terminal_) return;
    termios changed = saved_;
    changed.c_lflag &= ~off;
    changed.c_cc[VMIN] = 1;
    changed.c_cc[VTIME] = 0;
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &changed);
  }
  ~QuietTerminal() {
    if (is_terminal_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &saved_);
  }
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;

  bool is_terminal() const { return is_terminal_; }

 private:
  bool is_terminal_ = false;
  termios saved_{};
};

/// Waits for standard input to have something. Throws Cancelled, or Error when `deadline` is over.
void await_input(const Deadline& deadline) {
  std::array<pollfd, 2> waits = {pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{Interrupt::fd(), POLLIN, 0}};
  while (waits[0].revents == 0) {
    if (deadline.expired()) fail("nothing was typed for {} s", std::chrono::seconds(kPatience).count());
    if (::poll(waits.data(), waits.size(), deadline.poll_timeout()) < 0 && errno != EINTR)
      fail_errno(errno, "poll");
    Interrupt::throw_if_requested();
  }
}

}  // namespace

SecretText TerminalKeyboard::ask_secret(const std::string& prompt) {
  const QuietTerminal quiet(ECHO);
  // Read byte by byte and not through stdin, whose buffer would swallow the lines behind the secret.
  std::fputs(prompt.c_str(), stderr);
  const auto end_line = [&] {
    if (quiet.is_terminal()) std::fputc('\n', stderr);
  };
  SecretText secret;
  try {
    const Deadline deadline = Deadline::in(kPatience);
    for (char c = 0;;) {
      await_input(deadline);
      const ssize_t length = ::read(STDIN_FILENO, &c, 1);
      if (length < 0 && errno == EINTR) continue;
      if (length <= 0 && secret.empty()) fail("nothing was typed");
      if (length <= 0 || c == '\n') break;
      if (secret.size() < kMaxSecret) secret.append({&c, 1});
    }
  } catch (...) {
    end_line();
    throw;
  }
  end_line();
  return secret;
}

std::function<bool()> TerminalKeyboard::watch() {
  auto quiet = std::make_shared<QuietTerminal>(ICANON | ECHO);
  return [quiet] {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (!quiet->is_terminal() || ::poll(&input, 1, 0) <= 0 || (input.revents & POLLIN) == 0) return false;
    char key = 0;
    return ::read(STDIN_FILENO, &key, 1) == 1;
  };
}

}  // namespace kboot
