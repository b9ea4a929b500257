#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/text.h"
#include "loader/terminal/line_editor.h"

// For a kboot without readline: the keys that type, erase and go back to older lines.

namespace kboot {
namespace {

using std::chrono::milliseconds;

/// Time left and news are asked for this often: a key on another console may have moved the end.
constexpr milliseconds kLook{500};

constexpr char kEndOfFile = 'D' & 0x1f;
constexpr char kBackspace = 'H' & 0x1f;
constexpr char kErased = 0x7f;
constexpr char kEraseLine = 'U' & 0x1f;
constexpr char kEraseWord = 'W' & 0x1f;
constexpr char kEscape = 0x1b;

/// The terminal, byte by byte and without echo, as long as this lives. ^C stays a signal.
class RawTerminal {
 public:
  RawTerminal() {
    ::tcgetattr(STDIN_FILENO, &saved_);
    termios raw = saved_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
  }
  ~RawTerminal() { ::tcsetattr(STDIN_FILENO, TCSADRAIN, &saved_); }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

 private:
  termios saved_{};
};

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// The line being typed, and what is shown of it.
class Typing {
 public:
  /// What is typed beyond `longest` bytes and one is dropped: such a line is too long to run, so none runs
  /// cut.
  Typing(const std::string& prompt, const std::vector<std::string>& history, std::size_t longest)
      : prompt_(prompt), history_(history), longest_(longest), at_(history.size()) {
    show();
  }

  const std::string& text() const { return text_; }

  /// False at the end of the line, or of the file.
  bool take(char key) {
    if (!escape_.empty() || key == kEscape) return take_escape(key);
    if (key == '\n' || key == '\r' || (key == kEndOfFile && text_.empty())) return false;
    if (key == kBackspace || key == kErased) {
      erase_character();
    } else if (key == kEraseLine) {
      text_.clear();
      show();
    } else if (key == kEraseWord) {
      text_.resize(text_.find_last_not_of(' ') + 1);
      text_.resize(text_.find_last_of(' ') + 1);
      show();
    } else if (static_cast<unsigned char>(key) >= ' ' && text_.size() <= longest_) {
      text_ += key;
      put({&key, 1});
    }
    return true;
  }

  void show() { put("\r\033[K" + prompt_ + text_); }
  static void put(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
  }

 private:
  void erase_character() {
    if (text_.empty()) return;
    while (text_.size() > 1 && continues_character(text_.back())) text_.pop_back();
    text_.pop_back();
    put("\b \b");
  }

  /// ESC [ A and B, or ESC O: the arrows up and down. Other sequences are passed over.
  bool take_escape(char key) {
    escape_ += key;
    const bool begins = escape_.size() == 1 || (escape_.size() == 2 && (key == '[' || key == 'O'));
    if (begins || (escape_.size() > 2 && key < '@')) return true;
    escape_.clear();
    if (key == 'A' && at_ > 0)
      recall(at_ - 1);
    else if (key == 'B' && at_ < history_.size())
      recall(at_ + 1);
    return true;
  }

  void recall(std::size_t line) {
    at_ = line;
    text_ = line < history_.size() ? history_[line] : "";
    show();
  }

  const std::string& prompt_;
  const std::vector<std::string>& history_;
  std::size_t longest_;
  std::size_t at_;  ///< the line of the history that is shown
  std::string text_;
  std::string escape_;  ///< a sequence that has not ended
};

}  // namespace

// NOLINTNEXTLINE(performance-unnecessary-value-param): readline's keeps what completes
LineEditor::LineEditor(Wire /*wire*/, Complete /*complete*/, Limits limits) : limits_(limits) {}

LineEditor::~LineEditor() = default;

TypedLine LineEditor::read(const std::string& prompt, const std::vector<std::string>& history,
                           const Meanwhile& meanwhile, const std::string& begun) {
  Interrupt::clear();
  const RawTerminal raw;
  Typing typing(prompt, history, limits_.line);
  for (const char c : begun) typing.take(c);
  const auto end = [](LineEnd how, std::string text = "") {
    Typing::put("\n");
    return TypedLine{how, std::move(text)};
  };
  for (;;) {
    const auto left = meanwhile.time_left();
    if (left && left->count() <= 0) return end(LineEnd::timed_out);
    if (const auto news = meanwhile.news()) {
      Typing::put(fmt::format("\r\033[K{}\n", news->str()));
      typing.show();
    }
    std::array<pollfd, 2> waits = {pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{Interrupt::fd(), POLLIN, 0}};
    const int wait = static_cast<int>(std::min(left.value_or(kLook), kLook).count());
    const int ready = ::poll(waits.data(), waits.size(), wait);
    if (ready < 0 && errno != EINTR) return end(LineEnd::hung_up);
    if (Interrupt::requested()) {
      Interrupt::clear();
      meanwhile.on_key();
      return end(LineEnd::interrupted);
    }
    if (ready <= 0 || waits[0].revents == 0) continue;
    char key = 0;
    const ssize_t length = ::read(STDIN_FILENO, &key, 1);
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) return end(LineEnd::hung_up);
    meanwhile.on_key();
    if (typing.take(key)) continue;
    return key == kEndOfFile ? end(LineEnd::end_of_file) : end(LineEnd::entered, typing.text());
  }
}

}  // namespace kboot
