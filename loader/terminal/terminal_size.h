#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kboot {

struct TerminalSize {
  int rows = 0;
  int columns = 0;
};

// The size of a terminal at the other end of a serial line, which only the terminal knows: the cursor is sent
// as far to the lower right as it goes, and asked where it is (ECMA-48: CUP, DSR). What it answers (CPR:
// ESC [ ROW ; COLUMN R) comes among the bytes that are typed.

/// Asks; the cursor is where it was afterwards.
inline constexpr std::string_view kAskForSize =
    "\x1b"
    "7\x1b[999;999H\x1b[6n\x1b"
    "8";

/// What a terminal of unknown size is taken for until it answers.
inline constexpr TerminalSize kUsualSize{24, 80};

/// Whether `fd` is a terminal on which the cursor can be moved and text be coloured, by what TERM says.
bool is_capable_terminal(int fd) noexcept;
/// Whether the terminal is one to be asked: its size is 0 by 0, as the kernel has it for a serial line.
bool has_no_size(int terminal) noexcept;
/// Tells the kernel, for programs to be started too. Does nothing where that cannot be set.
void set_size(int terminal, TerminalSize size) noexcept;

/// Takes the first answer out of what is typed.
class SizeAnswer {
 public:
  /// Takes the next byte; gives back what was typed: nothing while the bytes may still become an answer.
  std::string put(char byte);
  /// Gives up the bytes that were held back: they have been typed.
  std::string flush();
  bool holding() const { return !held_.empty(); }

  const std::optional<TerminalSize>& size() const { return size_; }

 private:
  std::string held_;
  std::optional<TerminalSize> size_;
};

}  // namespace kboot
