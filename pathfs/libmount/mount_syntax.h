#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pathfs/mount_syntax.h"

/// By libmount. The contracts are in pathfs/mount_syntax.h.
namespace kboot::libmount {

std::optional<FstabLine> read_fstab_line(std::string_view line);
std::vector<MountInfo> read_mountinfo(const std::string& file);
std::vector<MountOption> read_options(std::string_view options);
SortedOptions sort_options(std::string_view options);

}  // namespace kboot::libmount
