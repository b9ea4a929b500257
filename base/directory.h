#pragma once

#include <memory>

#include <dirent.h>

namespace kboot {

struct DirectoryCloser {
  void operator()(DIR* stream) const noexcept { closedir(stream); }
};

/// Owns a stream of opendir(3) and closes it.
using DirectoryStream = std::unique_ptr<DIR, DirectoryCloser>;

}  // namespace kboot
