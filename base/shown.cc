#include "base/shown.h"

#include "base/redact.h"
#include "base/text.h"

namespace kboot {

Shown Shown::text(std::string_view text) {
  return {printable(redact_line(text)), Made{}};
}

Shown Shown::lines(std::string_view text) {
  std::string shown;
  for (const std::string_view line : lines_of(text)) {
    if (!shown.empty()) shown += '\n';
    shown += printable(redact_line(line));
  }
  return {std::move(shown), Made{}};
}

}  // namespace kboot
