#include "base/file.h"
#include "base/text.h"
#include "loader/network/links.h"

namespace kboot {

std::vector<std::string> read_nameservers(const std::string& root) {
  std::vector<std::string> servers;
  const std::string text = read_small_file(root + "/etc/resolv.conf");
  for (const std::string_view line : lines_of(text)) {
    const std::vector<std::string> words = split_blanks(line);
    if (words.size() >= 2 && words[0] == "nameserver") servers.push_back(words[1]);
  }
  return servers;
}

}  // namespace kboot
