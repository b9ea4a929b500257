#include "loader/terminal/candidate_list.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "loader/terminal/table.h"

namespace kboot {

std::string candidate_list(const std::vector<std::string>& names,
                           const std::map<std::string, std::string>& about, std::size_t width) {
  constexpr std::size_t kGap = 2;
  std::size_t widest = 0;
  for (const std::string& name : names) widest = std::max(widest, width_of(printable(name)));
  const bool beside = widest <= width / 2;
  std::string text;
  const auto add = [&](const std::string& line) { text.append(cut_to(line, width)) += '\n'; };
  for (const std::string& name : names) {
    std::string line = printable(name);
    const auto found = about.find(name);
    if (found != about.end() && beside) {
      line.append(widest - width_of(line) + kGap, ' ').append(printable(found->second));
    } else if (found != about.end()) {
      add(line);
      line = "    " + printable(found->second);
    }
    add(line);
  }
  return text;
}

}  // namespace kboot
