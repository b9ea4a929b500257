#include "loader/terminal/shown.h"

#include "base/error.h"
#include "base/redact.h"
#include "base/text.h"
#include "netfetch/url.h"

namespace kboot {

std::string shown(const std::string& word) {
  if (!Url::looks_like(word)) return printable(redact_word(word));
  try {
    return printable(redact_word(Url::parse(word).redacted()));
  } catch (const Error&) {
    return printable(redact_word(word));
  }
}

std::string shown_line(std::string_view line) {
  return printable(redact_line(line));
}

}  // namespace kboot
