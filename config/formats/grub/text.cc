#include "config/formats/grub/text.h"

#include <algorithm>

#include "base/text.h"

namespace kboot {

std::string grub_text(std::string_view bytes,
                      const std::function<void(int line, std::string message)>& complain) {
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) {
    complain(0, "ignored: a text in UTF-16, where GRUB reads UTF-8");
    return {};
  }
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
  std::string text(bytes);
  std::erase(text, '\r');
  if (text.find('\0') == std::string::npos) return text;
  std::string clean;
  int number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    if (line.find('\0') == std::string_view::npos)
      clean += line;
    else
      complain(number, "line ignored, a NUL in it");
    clean += '\n';
  }
  return clean;
}

}  // namespace kboot
