#include "loader/terminal/readline_completion.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include <readline/readline.h>

#include "base/interrupt.h"
#include "base/text.h"
#include "loader/terminal/candidate_list.h"
#include "loader/terminal/reading.h"
#include "loader/terminal/slow_notice.h"

namespace kboot {
namespace {

/// A completion that takes longer says so.
constexpr std::chrono::milliseconds kQuick{1000};

/// readline's generator: the candidates one after the other, as malloc'ed strings it frees.
char* next_candidate(const char* /*text*/, int state) {
  static std::size_t next = 0;
  if (state == 0) next = 0;
  const std::vector<std::string>& candidates = reading().candidates.words;
  return next < candidates.size() ? ::strdup(candidates[next++].c_str()) : nullptr;
}

/// What a completion may be waiting for: the word without what is sought there.
std::string place_of(std::string_view word) {
  const std::size_t end = word.find_last_of("/:");
  return end == std::string_view::npos ? "the devices" : printable_head(word.substr(0, end + 1), 60);
}

Completion find_candidates(std::string_view before, std::string_view word) {
  SlowNotice notice(STDOUT_FILENO, "\r\nwaiting for " + place_of(word) + ", ^C ends it", kQuick);
  Completion candidates = reading().complete(before, word);
  if (notice.end()) {
    std::fputc('\n', rl_outstream);
    rl_forced_update_display();
  }
  if (Interrupt::requested()) {
    // It ended the completion: the line stays.
    Interrupt::clear();
    candidates = {};
  }
  return candidates;
}

char** complete_word(const char* text, int start, int /*end*/) {
  std::string_view before(rl_line_buffer, static_cast<std::size_t>(start));
  before.remove_prefix(before.rfind('\n') + 1);  // the lines of a paste are lines of their own; npos + 1 is 0
  reading().candidates = find_candidates(before, text);
  // Not readline's own completion of local file names, which knows nothing of the path language.
  rl_attempted_completion_over = 1;
  const std::vector<std::string>& candidates = reading().candidates.words;
  const bool goes_on = candidates.size() == 1 && !candidates[0].empty() &&
                       std::string_view("/:=,").find(candidates[0].back()) != std::string_view::npos;
  rl_completion_append_character = goes_on ? 0 : static_cast<int>(' ');
  // Lists show the last part of each path only.
  rl_filename_completion_desired = 1;
  rl_filename_quoting_desired = 0;
  return rl_completion_matches(text, next_candidate);
}

/// Lists what fits on a screen or so; readline asks whether to show more only when it does the waiting
/// itself.
void show_candidates(char** matches, int count, int longest) {
  constexpr int kMost = 100;
  const int shown = std::min(count, kMost);
  // matches[0] is what all have in common.
  const std::vector<std::string> words(matches + 1, matches + 1 + shown);
  const auto& about = reading().candidates.about;
  if (std::any_of(words.begin(), words.end(),
                  [&](const std::string& word) { return about.contains(word); })) {
    int rows = 0;
    int columns = 0;
    rl_get_screen_size(&rows, &columns);
    std::fprintf(rl_outstream, "\n%s",
                 candidate_list(words, about, static_cast<std::size_t>(columns)).c_str());
  } else {
    rl_display_match_list(matches, shown, longest);
  }
  if (count > kMost) std::fprintf(rl_outstream, "… and %d more\n", count - kMost);
  rl_forced_update_display();
}

/// readline would stat(2) our paths to mark directories: they are marked already.
int no_mark(char** /*name*/) {
  return 0;
}

}  // namespace

void set_up_completion() {
  rl_completer_word_break_characters = " \t\n";
  rl_attempted_completion_function = complete_word;
  rl_directory_completion_hook = no_mark;
  rl_variable_bind("mark-directories", "off");
  rl_variable_bind("show-all-if-ambiguous", "on");
  rl_sort_completion_matches = 0;  // they are
  rl_completion_display_matches_hook = show_candidates;
  rl_variable_bind("completion-query-items", "0");
  rl_variable_bind("page-completions", "off");
}

}  // namespace kboot
