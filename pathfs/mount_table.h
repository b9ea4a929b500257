#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "pathfs/mounter.h"

namespace kboot {

/// Where this process sees the file system of block device `device`, when it is mounted with `root` (a folder
/// on it, `/` for all of it) as its top and nothing is mounted over it. Read from /proc/self/mountinfo.
std::optional<std::string> find_mount(dev_t device, const std::string& root);

/// All that is mounted from block devices and NFS servers, in the order of `file`; by_kboot is left false.
std::vector<MountedFileSystem> read_mount_table(const std::string& file = "/proc/self/mountinfo");

}  // namespace kboot
