#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/unique_fd.h"

namespace kboot {

/// What is booted of a Unified Kernel Image, each part a file in memory.
struct UkiParts {
  UniqueFd kernel;
  std::optional<UniqueFd> microcode;  ///< `.ucode`, which is an initrd that comes first
  std::optional<UniqueFd> initrd;
  std::string cmdline;
};

/// Copies the parts of one profile out of an image (UAPI.5, https://uapi-group.org/specifications/). Throws
/// Error for a file that is none, Cancelled.
UkiParts open_uki(int fd, std::size_t profile);

}  // namespace kboot
