#pragma once

#include <memory>
#include <string>
#include <vector>

#include <dirent.h>

namespace kboot {

struct DirectoryCloser {
  void operator()(DIR* stream) const noexcept { closedir(stream); }
};

/// Owns a stream of opendir(3) and closes it.
using DirectoryStream = std::unique_ptr<DIR, DirectoryCloser>;

/// The names in a folder, sorted, without `.` and `..`; none when it cannot be read.
std::vector<std::string> directory_names(const std::string& path);

}  // namespace kboot
