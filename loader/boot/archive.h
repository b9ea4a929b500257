#pragma once

#include <vector>

#include "base/unique_fd.h"
#include "loader/boot/handoff_file.h"

namespace kboot {

/// The files as an initramfs of their own, in memory only and sealed: each is root's, mode 0400, and so are
/// the folders of keys, 0700. Throws Error.
UniqueFd pack_files(const std::vector<HandoffFile>& files);

}  // namespace kboot
