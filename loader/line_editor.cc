#include "loader/line_editor.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <poll.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/interrupt.h"

namespace kboot {
namespace {

/// A line that is dropped is looked at this often while time runs: a key on another console may have moved
/// the end.
constexpr std::chrono::milliseconds kLook{500};

/// readline calls back without a context pointer: this is it. Only one line is read at a time.
struct Reading {
  LineEditor::Complete complete;
  std::vector<std::string> candidates;  ///< of the completion under way
  std::optional<std::string> entered;
  bool finished = false;
};

Reading& reading() {
  static Reading state;
  return state;
}

void on_line(char* line) {
  // The handler is removed at once, lest readline prints the next prompt.
  rl_callback_handler_remove();
  reading().finished = true;
  if (line != nullptr) reading().entered = line;
  if (line == nullptr) std::fputc('\n', rl_outstream);
  std::free(line);
}

/// readline's generator: the candidates one after the other, as malloc'ed strings it frees.
char* next_candidate(const char* /*text*/, int state) {
  static std::size_t next = 0;
  if (state == 0) next = 0;
  const std::vector<std::string>& candidates = reading().candidates;
  return next < candidates.size() ? ::strdup(candidates[next++].c_str()) : nullptr;
}

char** complete_word(const char* text, int start, int /*end*/) {
  std::string_view before(rl_line_buffer, static_cast<std::size_t>(start));
  reading().candidates = reading().complete(before, text);
  // Not readline's own completion of local file names, which knows nothing of the path language.
  rl_attempted_completion_over = 1;
  const std::vector<std::string>& candidates = reading().candidates;
  const bool goes_on =
      candidates.size() == 1 && (candidates[0].ends_with('/') || candidates[0].ends_with(':'));
  rl_completion_append_character = goes_on ? 0 : static_cast<int>(' ');
  // Lists show the last part of each path only.
  rl_filename_completion_desired = 1;
  rl_filename_quoting_desired = 0;
  return rl_completion_matches(text, next_candidate);
}

/// readline would stat(2) our paths to mark directories: they are marked already.
int no_mark(char** /*name*/) {
  return 0;
}

void drop_line() {
  rl_callback_sigcleanup();
  rl_callback_handler_remove();
  std::fputc('\n', rl_outstream);
  std::fflush(rl_outstream);
}

}  // namespace

LineEditor::LineEditor(Complete complete) {
  reading().complete = std::move(complete);
  rl_readline_name = "kboot";
  rl_catch_signals = 0;
  rl_completer_word_break_characters = " \t";
  rl_attempted_completion_function = complete_word;
  rl_directory_completion_hook = no_mark;
  rl_variable_bind("mark-directories", "off");
  rl_variable_bind("show-all-if-ambiguous", "on");
  rl_variable_bind("completion-query-items", "100");
  rl_variable_bind("enable-bracketed-paste", "on");
  rl_variable_bind("bell-style", "none");
  ::using_history();
  ::stifle_history(500);
}

LineEditor::~LineEditor() {
  reading() = Reading{};
}

TypedLine LineEditor::read(const std::string& prompt, const TimeLeft& time_left, const OnKey& on_key) {
  reading().finished = false;
  reading().entered.reset();
  // A ^C before the prompt was there ended what ran then. Were it seen here, it would drop what is typed
  // ahead.
  Interrupt::clear();
  rl_callback_handler_install(prompt.c_str(), on_line);

  while (!reading().finished) {
    const std::optional<std::chrono::milliseconds> left = time_left();
    if (left && left->count() <= 0) {
      drop_line();
      return {LineEnd::timed_out, ""};
    }
    std::array<pollfd, 2> waits = {pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{Interrupt::fd(), POLLIN, 0}};
    const int wait = left ? static_cast<int>(std::min(*left, kLook).count()) : -1;
    if (::poll(waits.data(), waits.size(), wait) < 0 && errno != EINTR) break;
    if (Interrupt::requested()) {
      drop_line();
      Interrupt::clear();
      on_key();
      return {LineEnd::interrupted, ""};
    }
    if ((waits[0].revents & POLLIN) != 0) {
      on_key();
      rl_callback_read_char();
    } else if ((waits[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
      drop_line();
      return {LineEnd::hung_up, ""};
    }
  }
  if (!reading().entered) return {LineEnd::end_of_file, ""};
  const std::string& text = *reading().entered;
  if (text.find_first_not_of(" \t") != std::string::npos) ::add_history(text.c_str());
  return {LineEnd::entered, text};
}

}  // namespace kboot
