#pragma once

#include <optional>
#include <string>

#include "base/deadline.h"
#include "loader/terminal/line_editor.h"
#include "loader/terminal/line_noise.h"
#include "loader/terminal/terminal_size.h"

namespace kboot {

/// readline calls back without a context pointer: this is it. Only one line is read at a time.
struct Reading {
  LineEditor::Complete complete;
  Completion candidates;  ///< of the completion under way
  const LineEditor::TimeLeft* time_left = nullptr;
  LineEditor::Wire wire = LineEditor::Wire::other;
  /// Bytes; what is typed beyond is dropped: a key is held down. Such a line is too long to run, so none runs
  /// cut.
  int most_typed = 0;
  LineNoise noise;
  LoneEnter lone_enter;
  int typed_ahead = 0;    ///< bytes that were there before the prompt
  std::string typed;      ///< taken from the terminal, not yet seen by readline
  bool given_up = false;  ///< no byte is to come for this line
  bool size_unknown = false;
  SizeAnswer size;
  std::optional<Deadline> size_deadline;  ///< while the terminal's answer may come
  std::string entered;
  LineEnd end = LineEnd::entered;
  bool finished = false;
};

Reading& reading();

/// The line is at its end.
void finish(LineEnd end);

}  // namespace kboot
