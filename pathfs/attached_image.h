#pragma once

#include <string>

#include "base/unique_fd.h"

namespace kboot {

/// A file as a block device that nobody can write to. The kernel frees the device when neither `fd` nor a
/// mount holds it.
struct AttachedImage {
  std::string node;  ///< the device with the file system: `/dev/loop0`, `/dev/loop0p2`
  UniqueFd fd;
};

/// Attaches an ISO 9660 file, or the image of a partition or a disk, to a loop device (loop(4)). `partition`
/// counts from 1; 0 means the file as a whole, or its only partition with a file system. Throws Error.
AttachedImage attach_image(const std::string& file, int partition);

}  // namespace kboot
