#pragma once

#include <string>
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

}  // namespace kboot
