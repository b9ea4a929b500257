#include "loader/terminal/line_editor.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <readline/history.h>
#include <readline/readline.h>

#include "base/deadline.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "loader/terminal/line_noise.h"
#include "loader/terminal/reading.h"
#include "loader/terminal/readline_completion.h"
#include "loader/terminal/terminal_size.h"

namespace kboot {
namespace {

using std::chrono::milliseconds;

/// Time left and news are asked for this often: a key on another console may have moved the end.
constexpr milliseconds kLook{500};
/// So long a terminal may take to answer; what looks like an answer later was typed.
constexpr std::chrono::seconds kAnswer{10};
/// So long the bytes of an answer may be apart. ESC alone is a key when nothing follows.
constexpr milliseconds kBetweenBytes{100};
/// So many bytes are given to readline at once, which then shows them at once.
constexpr std::size_t kBatch = 256;
/// While there is noise on the line it is looked at this often: it comes faster than it can be looked at.
constexpr milliseconds kNoiseLook{50};

void on_line(char* line) {
  // The handler is removed at once, lest readline prints the next prompt.
  rl_callback_handler_remove();
  if (line == nullptr) std::fputc('\n', rl_outstream);
  // A hang-up looks like ^D to readline.
  if (!reading().finished) finish(line == nullptr ? LineEnd::end_of_file : LineEnd::entered);
  reading().entered = line == nullptr ? "" : line;
  std::free(line);
}

/// Reads a byte; EOF when the terminal has gone away.
int read_byte() {
  for (;;) {
    char byte = 0;
    const ssize_t length = ::read(STDIN_FILENO, &byte, 1);
    if (length == 1) return static_cast<unsigned char>(byte);
    if (length < 0 && errno == EINTR && !Interrupt::requested()) continue;
    if (length == 0 || errno != EINTR) finish(LineEnd::hung_up);
    return EOF;
  }
}

/// Waits for a byte of standard input; false when ^C, the time's end or an error came first.
bool await_byte() {
  std::array<pollfd, 2> waits = {pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{Interrupt::fd(), POLLIN, 0}};
  while (waits[0].revents == 0) {
    const auto left = (*reading().time_left)();
    if (left && left->count() <= 0) return false;
    const int wait = left ? static_cast<int>(std::min(*left, kLook).count()) : -1;
    if (::poll(waits.data(), waits.size(), wait) < 0) {
      if (errno != EINTR) return false;
      waits[0].revents = 0;
    }
    if (Interrupt::requested()) return false;
  }
  return true;
}

/// readline's source of bytes. It is called when there is one, except in the midst of a paste. When the rest
/// of that is not to come, it ends as the terminal would have ended it: EOF makes readline 8.2 read beyond
/// its buffer there.
int next_byte(std::FILE* /*stream*/) {
  constexpr std::string_view kEndOfPaste = "\x1b[201~";
  Reading& now = reading();
  if (now.typed.empty()) {
    const int byte = now.given_up || !await_byte() ? EOF : read_byte();
    if (byte != EOF || std::exchange(now.given_up, true)) return byte;
    now.typed = kEndOfPaste;
  }
  const auto byte = static_cast<unsigned char>(now.typed.front());
  now.typed.erase(0, 1);
  return byte;
}

/// readline's look for more keys on a serial line, where they are looked at before it sees them.
int is_typed() {
  return reading().typed.empty() ? 0 : 1;
}

void show_above(const Shown& news) {
  rl_clear_visible_line();
  std::fprintf(rl_outstream, "%s\n", std::string(news.str()).c_str());
  rl_on_new_line();
  rl_redisplay();
}

TypedLine drop_line(LineEnd end) {
  rl_callback_sigcleanup();
  rl_callback_handler_remove();
  std::fputc('\n', rl_outstream);
  std::fflush(rl_outstream);
  return {end, ""};
}

/// Asks a terminal of unknown size, and takes it for one of the usual size until it answers. It is not waited
/// for: nobody may be there.
void ask_for_size() {
  set_size(STDIN_FILENO, kUsualSize);
  if (::write(STDOUT_FILENO, kAskForSize.data(), kAskForSize.size()) > 0)
    reading().size_deadline = Deadline::in(kAnswer);
}

/// Hands readline what was held back as the beginning of an answer.
void give_up_answer() {
  reading().typed += reading().size.flush();
}

/// Looks for the answer in what comes, which goes into `typed` without it.
void take_with_answer(char byte) {
  Reading& now = reading();
  now.typed += now.size.put(byte);
  if (const auto& size = now.size.size()) {
    now.size_deadline.reset();
    set_size(STDIN_FILENO, *size);
    rl_resize_terminal();
  } else if (now.size_deadline->expired()) {
    now.size_deadline.reset();
    give_up_answer();
  }
}

/// An empty line boots. So an Enter that nobody pressed at this prompt is none: one from before it, or from a
/// key that is held down.
bool is_stray_enter(char byte, bool ahead) {
  // ESC Enter is a key of its own; the ESC may be held back as the beginning of the terminal's answer.
  if (reading().size.holding() || RL_ISSTATE(RL_STATE_METANEXT | RL_STATE_MULTIKEY | RL_STATE_MOREINPUT))
    return false;
  const bool empty = rl_end == 0 && reading().typed.empty();
  if (!empty || std::string_view("\r\n\x04").find(byte) == std::string_view::npos) return false;
  if (ahead) return true;
  pollfd input{STDIN_FILENO, POLLIN, 0};
  const bool followed = ::poll(&input, 1, static_cast<int>(LoneEnter::kApart.count())) > 0;
  return !reading().lone_enter.counts(followed, LoneEnter::Clock::now());
}

enum class Taken { key, nothing, noise };

/// Takes a byte of a serial line; a key has gone into `typed`.
Taken take_byte() {
  Reading& now = reading();
  const int byte = read_byte();
  if (byte == EOF) return Taken::nothing;
  const bool ahead = now.typed_ahead > 0;
  if (ahead) --now.typed_ahead;
  if (!now.noise.put(static_cast<unsigned char>(byte), LineNoise::Clock::now())) return Taken::noise;
  const char key = static_cast<char>(byte);
  if (is_stray_enter(key, ahead) || (rl_end >= now.most_typed && byte >= ' ')) return Taken::nothing;
  if (now.size_deadline)
    take_with_answer(key);
  else
    now.typed += key;
  return now.typed.empty() ? Taken::nothing : Taken::key;
}

/// Takes what has come of a serial line up to the first byte that does more than stand in the line.
Taken take_bytes() {
  Reading& now = reading();
  Taken taken = take_byte();
  const auto goes_on = [&] {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    return taken == Taken::key && now.typed.size() < kBatch && now.typed.back() >= ' ' &&
           now.typed.back() != '\x7f' && ::poll(&input, 1, 0) > 0;
  };
  while (goes_on()) {
    // One that is dropped ends the batch, but what stands before it was typed.
    if (const Taken next = take_byte(); next != Taken::key) return next == Taken::noise ? next : Taken::key;
  }
  return taken;
}

/// Drops what has come of the noise so far.
void skip_noise() {
  std::array<char, 4096> bytes{};
  const ssize_t length = ::read(STDIN_FILENO, bytes.data(), bytes.size());
  if (length == 0 || (length < 0 && errno != EINTR)) return finish(LineEnd::hung_up);
  const auto time = LineNoise::Clock::now();
  for (ssize_t i = 0; i < length; ++i) reading().noise.put(static_cast<unsigned char>(bytes[i]), time);
  ::poll(nullptr, 0, static_cast<int>(kNoiseLook.count()));
}

void show_history_to_readline(const std::vector<std::string>& history) {
  rl_clear_history();
  for (const std::string& line : history) ::add_history(line.c_str());
}

}  // namespace

LineEditor::LineEditor(Wire wire, Complete complete, Limits limits) : limits_(limits) {
  reading().complete = std::move(complete);
  reading().most_typed = static_cast<int>(limits_.line) + 1;
  // Without a locale of UTF-8, readline takes each byte for a character. There is none to be chosen in the
  // initramfs.
  std::setlocale(LC_CTYPE, "");
  if (MB_CUR_MAX == 1) std::setlocale(LC_CTYPE, "C.UTF-8");
  rl_readline_name = "kboot";
  rl_catch_signals = 0;
  rl_getc_function = next_byte;
  set_up_completion();
  rl_variable_bind("enable-bracketed-paste", "on");
  rl_variable_bind("bell-style", "none");
  // ^S and ^O beside the keys that are meant: one would search, the other enter the line.
  constexpr int kStop = 'S' - '@';
  constexpr int kOperate = 'O' - '@';
  for (const int key : {kStop, kOperate}) rl_unbind_key(key);
  // ESC Enter would make it vi's prompt for good, ^X^R read an init file that nobody has here.
  rl_unbind_function_in_map(rl_vi_editing_mode, emacs_meta_keymap);
  rl_unbind_function_in_map(rl_re_read_init_file, emacs_ctlx_keymap);
  ::using_history();
  ::stifle_history(static_cast<int>(limits_.lines));
  rl_initialize();
  reading().wire = wire;
  rl_input_available_hook = wire == Wire::serial ? is_typed : nullptr;
  reading().size_unknown = wire == Wire::serial && has_no_size(STDIN_FILENO);
}

LineEditor::~LineEditor() {
  reading() = Reading{};
}

TypedLine LineEditor::read(const std::string& prompt, const std::vector<std::string>& history,
                           const Meanwhile& meanwhile, const std::string& begun) {
  Reading& now = reading();
  now.finished = false;
  now.given_up = false;
  now.typed.clear();
  now.size.flush();  // a key's first bytes went with the line before, whose ^C took the rest of them
  now.entered.clear();
  now.time_left = &meanwhile.time_left;
  // A ^C before the prompt was there ended what ran then. Were it seen here, it would drop what is typed
  // ahead.
  Interrupt::clear();
  show_history_to_readline(history);
  // readline does not notice a new size of the window while it is not reading.
  rl_reset_screen_size();
  // Before the prompt: what comes once it can be seen is meant for it.
  if (::ioctl(STDIN_FILENO, FIONREAD, &now.typed_ahead) != 0) now.typed_ahead = 0;
  rl_callback_handler_install(prompt.c_str(), on_line);
  if (!begun.empty()) {
    rl_insert_text(begun.c_str());
    rl_redisplay();
  }
  // Only now: readline has switched the terminal's echo off, which would show the answer.
  if (std::exchange(now.size_unknown, false)) ask_for_size();

  while (!now.finished) {
    const std::optional<milliseconds> left = meanwhile.time_left();
    if (left && left->count() <= 0) return drop_line(LineEnd::timed_out);
    const bool noise = now.noise.lasts(LineNoise::Clock::now());
    if (const auto bytes = now.noise.ended(LineNoise::Clock::now()))
      show_above(show("{} bytes came that are no text: dropped", *bytes));
    if (!noise)
      if (const auto news = meanwhile.news()) show_above(*news);
    std::array<pollfd, 2> waits = {pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{Interrupt::fd(), POLLIN, 0}};
    int wait = static_cast<int>(std::min(left.value_or(kLook), kLook).count());
    if (now.size.holding()) wait = static_cast<int>(kBetweenBytes.count());
    if (!now.typed.empty()) wait = 0;
    const int ready = ::poll(waits.data(), waits.size(), wait);
    if (ready < 0 && errno != EINTR) return drop_line(LineEnd::hung_up);
    // After EINTR, that the window has a new size.
    rl_check_signals();
    if (Interrupt::session_ended()) return drop_line(LineEnd::hung_up);
    if (Interrupt::requested() && noise) {
      Interrupt::clear();
    } else if (Interrupt::requested()) {
      drop_line(LineEnd::interrupted);
      Interrupt::clear();
      meanwhile.on_key();
      return {LineEnd::interrupted, ""};
    }
    const bool input = ready > 0 && (waits[0].revents & POLLIN) != 0;
    if (!now.typed.empty()) {
      rl_callback_read_char();
    } else if (input && noise) {
      skip_noise();
    } else if (input && now.wire == Wire::serial) {
      const Taken taken = take_bytes();
      if (taken != Taken::nothing) meanwhile.on_key();
      if (taken == Taken::noise) return drop_line(LineEnd::noise);
    } else if (input) {
      meanwhile.on_key();
      rl_callback_read_char();
    } else if (ready > 0 && (waits[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
      finish(LineEnd::hung_up);
    } else if (ready == 0 && now.size.holding()) {
      give_up_answer();
    }
  }
  if (now.end == LineEnd::hung_up) return drop_line(LineEnd::hung_up);
  return {now.end, now.entered};
}

}  // namespace kboot
