#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/formats/source_reader.h"
#include "pathfs/mounter.h"

namespace kboot {

/// A partition's name as the kernel makes it: `sda1` is `sda` and 1, `nvme0n1p3` is `nvme0n1` and 3.
struct PartitionName {
  std::string disk;
  int number = 0;  ///< 0: no partition's name
};
PartitionName parse_partition_name(std::string_view name);

/// Whether names on a file system of that type count without regard to case.
bool names_ignore_case(std::string_view type);

/// Whether a file system of that type can hold a boot source.
bool may_hold_sources(const BlockDevice& device);

/// Whether kboot's own medium names its file system or partition so (scripts/image disk).
bool is_own_medium(std::string_view label, std::string_view partlabel);

/// The devices of this machine as configurations look for them.
std::vector<KnownDevice> known_devices(Mounter& mounter);

}  // namespace kboot
