#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kboot {

/// How reading a line ended.
enum class LineEnd { entered, end_of_file, timed_out, interrupted, hung_up };

struct TypedLine {
  LineEnd end = LineEnd::entered;
  std::string text;  ///< without its newline; empty unless entered
};

/// Reads lines with readline: editing, history, completion. One per process, because readline is.
class LineEditor {
 public:
  /// `word` behind `before`: see complete().
  using Complete = std::function<std::vector<std::string>(std::string_view before, std::string_view word)>;
  /// Asked before each wait how long it may take at most: nothing for ever, zero or less ends the line as
  /// timed_out.
  using TimeLeft = std::function<std::optional<std::chrono::milliseconds>()>;
  /// Called at each keystroke.
  using OnKey = std::function<void()>;

  explicit LineEditor(Complete complete);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  /// Shows `prompt` and reads a line from the terminal; one that is not empty goes into the history. ^D on
  /// an empty line is the end of file. A half-typed line is dropped when time runs out or ^C is pressed.
  TypedLine read(const std::string& prompt, const TimeLeft& time_left, const OnKey& on_key);
};

}  // namespace kboot
