#include "loader/app/input_lines.h"

#include <cerrno>

#include <unistd.h>

#include "base/interrupt.h"

namespace kboot {

std::optional<char> InputLines::take() {
  for (char c = 0; !Interrupt::session_ended();) {
    const ssize_t length = ::read(fd_, &c, 1);
    if (length == 1) return c;
    if (length == 0 || errno != EINTR || Interrupt::requested()) break;
  }
  return std::nullopt;
}

std::optional<InputLine> InputLines::next() {
  while (in_long_line_) {
    const auto c = take();
    if (!c) return std::nullopt;
    in_long_line_ = *c != '\n';
  }
  InputLine line;
  for (;;) {
    const auto c = take();
    if (!c && line.text.empty()) return std::nullopt;
    if (!c || *c == '\n') return line;
    if (line.text.size() == longest_) {
      in_long_line_ = line.too_long = true;
      return line;
    }
    line.text += *c;
  }
}

}  // namespace kboot
