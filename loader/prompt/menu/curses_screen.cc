#include "loader/prompt/menu/curses_screen.h"

#include <array>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>

#include <langinfo.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

// Only functions: curses' macros have the names of everybody's members.
#define NCURSES_NOMACROS
#include <curses.h>

#include "base/deadline.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "loader/terminal/terminal_size.h"

namespace kboot {
namespace {

using std::chrono::milliseconds;
using Style = PictureRow::Style;

/// So long a terminal may take to answer how large it is; what looks like an answer later was typed.
constexpr std::chrono::seconds kAnswer{10};
/// So long the bytes of an answer may be apart.
constexpr milliseconds kBetweenBytes{100};
constexpr short kWarningPair = 1;

/// Whether the terminal is one at the end of a serial line: what it is, and which characters it has, only its
/// owner knows. Screens (tty1) and the terminals of ssh sessions and of hosts (pts/0) have UTF-8.
bool is_serial_line() {
  const char* name = ::ttyname(STDIN_FILENO);
  const std::string_view text = name == nullptr ? "" : name;
  constexpr std::string_view kScreen = "/dev/tty";
  const bool screen = text.starts_with(kScreen) && text.size() > kScreen.size() &&
                      text[kScreen.size()] >= '0' && text[kScreen.size()] <= '9';
  return !screen && !text.starts_with("/dev/pts/");
}

class CursesScreen final : public MenuScreen {
 public:
  CursesScreen() {
    std::setlocale(LC_CTYPE, "");
    const bool utf8 = std::string_view(::nl_langinfo(CODESET)) == "UTF-8";
    lines_ = utf8 && !is_serial_line() ? MenuLines::utf8 : MenuLines::ascii;
    // What is shown is UTF-8 either way.
    if (!utf8) std::setlocale(LC_CTYPE, "C.UTF-8");
  }
  ~CursesScreen() override {
    close();
    if (screen_ != nullptr) ::delscreen(screen_);
  }
  CursesScreen(const CursesScreen&) = delete;
  CursesScreen& operator=(const CursesScreen&) = delete;

  void open() override {
    if (!is_capable_terminal(STDIN_FILENO) || !is_capable_terminal(STDOUT_FILENO))
      fail("the menu needs a terminal whose cursor can be moved: TERM says which it is");
    ask_for_size_ = has_no_size(STDIN_FILENO);
    if (ask_for_size_) set_size(STDIN_FILENO, kUsualSize);
    std::fflush(stdout);
    std::fflush(stderr);
    if (screen_ == nullptr) start();
    ::cbreak();
    ::noecho();
    ::nonl();
    ::curs_set(0);
    // A key from before the menu was not meant for it.
    ::tcflush(STDIN_FILENO, TCIFLUSH);
    size_answer_.flush();
    open_ = true;
    forget();
    adapt_size();
    ::wrefresh(::stdscr);
    if (ask_for_size_ && ::write(STDOUT_FILENO, kAskForSize.data(), kAskForSize.size()) > 0)
      size_deadline_ = Deadline::in(kAnswer);
  }

  void close() noexcept override {
    if (!open_) return;
    open_ = false;
    ::curs_set(1);
    if (has_second_screen()) {
      ::endwin();
      return;
    }
    // The prompt is to stand at the top, and not between what is left of the menu.
    ::werase(::stdscr);
    ::wrefresh(::stdscr);
    ::endwin();
    ::mvcur(::LINES - 1, 0, 0, 0);
    std::fputs("\r\n", stdout);
    std::fflush(stdout);
  }

  MenuLines lines() const override { return lines_; }

  MenuSize size() override {
    adapt_size();
    return {static_cast<std::size_t>(::LINES), static_cast<std::size_t>(::COLS)};
  }

  void forget() override { ::clearok(::stdscr, TRUE); }

  void show(const MenuPicture& picture) override {
    ::werase(::stdscr);
    for (std::size_t i = 0; i < picture.rows.size(); ++i) {
      const PictureRow& row = picture.rows[i];
      ::wattrset(::stdscr, attributes_of(row.style));
      // A row of wide characters goes on in the next one, which is then written over it.
      ::wmove(::stdscr, static_cast<int>(i), 0);
      ::wclrtoeol(::stdscr);
      ::waddnstr(::stdscr, row.text.data(), static_cast<int>(row.text.size()));
    }
    ::wattrset(::stdscr, 0);
    ::curs_set(picture.cursor ? 1 : 0);
    if (picture.cursor)
      ::wmove(::stdscr, static_cast<int>(picture.cursor->row), static_cast<int>(picture.cursor->column));
    ::wrefresh(::stdscr);
  }

  Input wait(milliseconds longest, int other) override {
    if (size_answer_.holding()) longest = std::min(longest, kBetweenBytes);
    std::array<pollfd, 3> waits = {pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{Interrupt::fd(), POLLIN, 0},
                                   pollfd{other, POLLIN, 0}};
    const int ready = ::poll(waits.data(), waits.size(), static_cast<int>(longest.count()));
    if (ready < 0) return {"", errno != EINTR};
    if (ready == 0) return {size_answer_.flush(), false};
    if ((waits[0].revents & POLLIN) == 0) return {"", waits[0].revents != 0};
    std::array<char, 256> bytes{};
    const ssize_t length = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (length <= 0) return {"", length == 0 || errno != EINTR};
    return {without_answer({bytes.data(), static_cast<std::size_t>(length)}), false};
  }

 private:
  /// Whether the terminal shows by itself, when curses has ended, what was there before (terminfo(5), rmcup).
  static bool has_second_screen() {
    char name[] = "rmcup";
    return ::tigetstr(name) != nullptr;
  }

  void start() {
    screen_ = ::newterm(nullptr, stdout, stdin);
    if (screen_ == nullptr) fail("the menu: TERM={} is not known here", std::getenv("TERM"));
    ::set_term(screen_);
    ::intrflush(::stdscr, FALSE);
    ::leaveok(::stdscr, FALSE);
    ::scrollok(::stdscr, FALSE);
    if (!::has_colors()) return;
    ::start_color();
    ::use_default_colors();
    constexpr short kDefault = -1;
    ::init_pair(kWarningPair, COLOR_RED, kDefault);
  }

  int attributes_of(Style style) const {
    switch (style) {
      case Style::title:
      case Style::heading:
        return static_cast<int>(A_BOLD);
      case Style::chosen:
        return static_cast<int>(A_REVERSE);
      case Style::warning:
        return static_cast<int>(A_BOLD | (::has_colors() ? COLOR_PAIR(kWarningPair) : 0));
      case Style::faint:
        return static_cast<int>(A_DIM);
      case Style::plain:
      case Style::rule:
        break;
    }
    return 0;
  }

  static void adapt_size() {
    winsize size{};
    if (::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return;
    if (::is_term_resized(size.ws_row, size.ws_col)) ::resizeterm(size.ws_row, size.ws_col);
  }

  /// What was typed, without what the terminal says of its size.
  std::string without_answer(std::string_view bytes) {
    if (!size_deadline_) return std::string(bytes);
    std::string typed;
    for (const char byte : bytes) typed += size_answer_.put(byte);
    if (const auto& size = size_answer_.size()) {
      size_deadline_.reset();
      set_size(STDIN_FILENO, *size);
    } else if (size_deadline_->expired()) {
      size_deadline_.reset();
      typed += size_answer_.flush();
    }
    return typed;
  }

  MenuLines lines_ = MenuLines::ascii;
  SCREEN* screen_ = nullptr;
  bool open_ = false;
  bool ask_for_size_ = false;
  SizeAnswer size_answer_;
  std::optional<Deadline> size_deadline_;  ///< while the terminal's answer may come
};

}  // namespace

std::unique_ptr<MenuScreen> make_menu_screen() {
  return std::make_unique<CursesScreen>();
}

}  // namespace kboot
