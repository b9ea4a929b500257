#include "base/diagnostic.h"

#include <fmt/format.h>

#include "base/text.h"

namespace kboot {

std::string Diagnostic::str() const {
  return printable(line > 0 ? fmt::format("{}:{}: {}", file, line, message)
                            : fmt::format("{}: {}", file, message));
}

}  // namespace kboot
