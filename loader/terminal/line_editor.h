#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/shown.h"

namespace kboot {

/// How reading a line ended; `noise`: what comes is no text, and none of it was typed.
enum class LineEnd { entered, end_of_file, timed_out, interrupted, hung_up, noise };

/// What a word on the line can become.
struct Completion {
  std::vector<std::string> words;            ///< whole ones, in the order in which a list shows them
  std::map<std::string, std::string> about;  ///< what stands behind some of them in a list: a title
};

struct TypedLine {
  LineEnd end = LineEnd::entered;
  std::string text;  ///< without its newline; of a paste, several lines; empty unless entered
};

/// Reads lines with readline: editing, history, completion. One per process, because readline is.
class LineEditor {
 public:
  /// `word` behind `before`: see Completer.
  using Complete = std::function<Completion(std::string_view before, std::string_view word)>;
  /// Asked before each wait how long it may take at most: nothing for ever, zero or less ends the line as
  /// timed_out.
  using TimeLeft = std::function<std::optional<std::chrono::milliseconds>()>;
  /// Called at each keystroke.
  using OnKey = std::function<void()>;
  /// Asked twice a second: a line to show above the one being typed, which stays as it is.
  using News = std::function<std::optional<Shown>()>;
  struct Meanwhile {
    TimeLeft time_left;
    OnKey on_key;
    News news;
  };

  /// What kind of line the terminal is at the end of: one on a serial line has to be asked for its size, and
  /// may have noise on it.
  enum class Wire { serial, other };

  struct Limits {
    std::size_t line;   ///< of a line, in bytes
    std::size_t lines;  ///< of the history that read() is given
  };

  LineEditor(Wire wire, Complete complete, Limits limits);
  ~LineEditor();  // NOLINT(performance-trivially-destructible): it is, where there is no readline
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  /// Shows `prompt` and reads a line from the terminal. `history` is what the arrows and ^R find, oldest
  /// first. ^D on an empty line is end_of_file. A half-typed line is dropped when time runs out or ^C is
  /// pressed. What is pasted is not entered before the person presses Enter (on terminals that mark a paste).
  /// `begun` stands on the line already, with the cursor behind it.
  TypedLine read(const std::string& prompt, const std::vector<std::string>& history,
                 const Meanwhile& meanwhile, const std::string& begun = "");

 private:
  Limits limits_;
};

}  // namespace kboot
