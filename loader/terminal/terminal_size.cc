#include "loader/terminal/terminal_size.h"

#include <charconv>
#include <cstdlib>
#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

namespace kboot {
namespace {

/// No screen is smaller or larger; F3 with Shift looks like an answer of two columns.
constexpr TerminalSize kLeast{4, 20};
constexpr int kMost = 998;

enum class Match { no, so_far, whole };

/// Compares with ESC [ ROW ; COLUMN R.
Match match_answer(std::string_view text, TerminalSize& size) {
  constexpr std::string_view kBegin = "\x1b[";
  if (text.size() <= kBegin.size()) return kBegin.starts_with(text) ? Match::so_far : Match::no;
  if (!text.starts_with(kBegin)) return Match::no;
  const char* at = text.data() + kBegin.size();
  const char* const end = text.data() + text.size();
  for (const auto& [number, stop] : {std::pair(&size.rows, ';'), std::pair(&size.columns, 'R')}) {
    if (at == end) return Match::so_far;
    if (*at < '0' || *at > '9') return Match::no;
    const auto [rest, error] = std::from_chars(at, end, *number);
    if (error != std::errc() || *number > kMost + 1) return Match::no;
    if (rest == end) return Match::so_far;
    if (*rest != stop) return Match::no;
    at = rest + 1;
  }
  const bool sensible = size.rows >= kLeast.rows && size.columns >= kLeast.columns && size.rows <= kMost &&
                        size.columns <= kMost;
  return sensible ? Match::whole : Match::no;
}

}  // namespace

bool is_capable_terminal(int fd) noexcept {
  const char* kind = std::getenv("TERM");
  return ::isatty(fd) != 0 && kind != nullptr && std::string_view(kind) != "dumb";
}

bool has_no_size(int terminal) noexcept {
  winsize size{};
  return ::ioctl(terminal, TIOCGWINSZ, &size) == 0 && size.ws_row == 0 && size.ws_col == 0;
}

void set_size(int terminal, TerminalSize size) noexcept {
  const winsize wanted{.ws_row = static_cast<unsigned short>(size.rows),
                       .ws_col = static_cast<unsigned short>(size.columns)};
  ::ioctl(terminal, TIOCSWINSZ, &wanted);
}

std::string SizeAnswer::put(char byte) {
  if (size_) return std::string(1, byte);
  std::string typed;
  // A new ESC begins anew: what was held is no answer.
  if (byte == '\x1b') typed = flush();
  held_ += byte;
  TerminalSize size;
  switch (match_answer(held_, size)) {
    case Match::so_far:
      break;
    case Match::whole:
      size_ = size;
      held_.clear();
      break;
    case Match::no:
      typed += flush();
      break;
  }
  return typed;
}

std::string SizeAnswer::flush() {
  return std::exchange(held_, {});
}

}  // namespace kboot
