#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

namespace kboot {

/// Where this process sees the file system of block device `device`, when it is mounted with `root` (a folder
/// on it, `/` for all of it) as its top and nothing is mounted over it. Read from /proc/self/mountinfo.
std::optional<std::string> find_mount(dev_t device, const std::string& root);

}  // namespace kboot
