#include "base/directory.h"

#include <algorithm>
#include <string_view>

namespace kboot {

std::vector<std::string> directory_names(const std::string& path) {
  std::vector<std::string> names;
  const DirectoryStream stream(opendir(path.c_str()));
  if (!stream) return names;
  while (const dirent* entry = readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace kboot
