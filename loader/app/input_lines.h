#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace kboot {

/// A line of a stream; of one that is too long, its beginning.
struct InputLine {
  std::string text;  ///< without its newline
  bool too_long = false;
};

/// The lines of a stream, each as soon as it is there. Nothing is read ahead: what follows a line may be a
/// password that it asks for. A stream without an end takes no more memory than the longest line.
class InputLines {
 public:
  /// `longest` is how many bytes a line may have. The descriptor stays the caller's.
  InputLines(int fd, std::size_t longest) : fd_(fd), longest_(longest) {}

  /// Nothing at the end of the stream, and when the session ends or ^C is pressed meanwhile. A line that is
  /// too long is given back as soon as it is; the rest of it is passed over by the next call.
  std::optional<InputLine> next();

 private:
  std::optional<char> take();

  int fd_;
  std::size_t longest_;
  bool in_long_line_ = false;
};

}  // namespace kboot
