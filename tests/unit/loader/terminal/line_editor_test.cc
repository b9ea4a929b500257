#include "loader/terminal/line_editor.h"

#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include <catch2/catch.hpp>

#include "base/deadline.h"
#include "base/interrupt.h"
#include "base/unique_fd.h"

using namespace kboot;

namespace {

constexpr std::string_view kCtrlC = "\x03";
constexpr LineEditor::Limits kLimits{16384, 500};

/// Reads lines at the prompt "> " and says what each was, until one is "end".
[[noreturn]] void read_lines() {
  Interrupt::install();
  LineEditor editor(
      LineEditor::Wire::serial, [](auto, auto) { return Completion(); }, kLimits);
  const LineEditor::Meanwhile meanwhile{[] { return std::nullopt; }, [] {}, [] { return std::nullopt; }};
  for (TypedLine line; line.text != "end";) {
    line = editor.read("> ", {}, meanwhile);
    std::printf("[%s]\n", line.text.c_str());
    std::fflush(stdout);
  }
  ::_exit(0);
}

/// The other end of the serial line that an editor in a process of its own reads from.
class Terminal {
 public:
  Terminal() {
    int ours = -1;
    int theirs = -1;
    REQUIRE(::openpty(&ours, &theirs, nullptr, nullptr, nullptr) == 0);
    ours_ = UniqueFd(ours);
    theirs_ = UniqueFd(theirs);
    process_ = ::fork();
    REQUIRE(process_ >= 0);
    if (process_ > 0) return;
    ours_.reset();
    if (::login_tty(theirs_.release()) != 0) ::_exit(1);
    read_lines();
  }
  ~Terminal() {
    ours_.reset();  // hangs up
    theirs_.reset();
    ::waitpid(process_, nullptr, 0);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// Types `keys` and waits until they have been taken.
  void type(std::string_view keys) {
    REQUIRE(::write(ours_.get(), keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
    const Deadline deadline = Deadline::in(std::chrono::seconds(10));
    for (int left = 1; left > 0; ::poll(nullptr, 0, 1)) {
      REQUIRE(::ioctl(theirs_.get(), FIONREAD, &left) == 0);
      REQUIRE_FALSE(deadline.expired());
    }
  }

  /// Waits until `text` is shown behind what an earlier call has waited for.
  void expect(std::string_view text) {
    const Deadline deadline = Deadline::in(std::chrono::seconds(10));
    for (std::size_t at; (at = shown_.find(text)) == std::string::npos;) {
      pollfd output{ours_.get(), POLLIN, 0};
      ::poll(&output, 1, 100);
      char bytes[1024];
      const ssize_t length = (output.revents & POLLIN) != 0 ? ::read(ours_.get(), bytes, sizeof bytes) : 0;
      if (length > 0) shown_.append(bytes, static_cast<std::size_t>(length));
      INFO(shown_);
      REQUIRE_FALSE(deadline.expired());
    }
    shown_.erase(0, shown_.find(text) + text.size());
  }

 private:
  UniqueFd ours_, theirs_;
  pid_t process_ = -1;
  std::string shown_;
};

}  // namespace

TEST_CASE("line editor: of a key that ^C cut in two nothing is left for the next line") {
  // Each may become the terminal's answer about its size, and is held back: an escape, a paste's beginning.
  for (const std::string_view half : {"\x1b", "\x1b[", "\x1b[20", "linux \x1b[2"}) {
    CAPTURE(half);
    Terminal terminal;
    terminal.expect("> ");
    terminal.type(half);
    terminal.type(kCtrlC);
    terminal.expect("[]");
    terminal.expect("> ");
    terminal.type("echo alive\r");
    terminal.expect("[echo alive]");
    terminal.type("end\r");
    terminal.expect("[end]");
  }
}
