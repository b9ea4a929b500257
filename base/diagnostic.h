#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace kboot {

/// What is wrong with a text and where. The rest of the text still counts.
struct Diagnostic {
  std::string file;
  int line = 0;  ///< from 1; 0: the whole file
  std::string message;

  /// `file:line: message`, or `file: message` for line 0, printable.
  std::string str() const;
  bool operator==(const Diagnostic&) const = default;
};

using Diagnostics = std::vector<Diagnostic>;

/// Collects what is wrong with one file's lines: no more than a screenful, and how many others there are.
class Complaints {
 public:
  explicit Complaints(std::string file) : file_(std::move(file)) {}

  void add(int line, std::string message);
  Diagnostics take() &&;

 private:
  std::string file_;
  Diagnostics list_;
  std::size_t count_ = 0;
};

}  // namespace kboot
