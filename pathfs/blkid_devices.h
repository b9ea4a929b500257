#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pathfs/mounter.h"

namespace kboot {

/// Calls `visit` for each block device that has a medium, in the kernel's order, until it returns false.
/// Nothing is cached: a stick that was changed a moment ago is read anew. Where the process may not read a
/// device, udev's links tell what is on it.
void visit_block_devices(const std::function<bool(const BlockDevice&)>& visit);

/// The same of one device, while no other is read; nothing when it is not there. Throws Error when it
/// cannot be read.
std::optional<BlockDevice> read_block_device(const std::string& node);

/// The names in /dev of all that visit_block_devices() would visit, without a look into any of them.
std::vector<std::string> block_device_names();

/// The kernel's name of the file system on a device. Throws Error: there is none, it cannot be told which of
/// several.
std::string file_system_type(const std::string& node);

/// `/dev/…` without links; device mapper's devices by their names (`/dev/mapper/root`, not `/dev/dm-0`).
std::string canonical_node(const std::string& node);

/// Whether `tag` (`UUID=…`) names this device. UUIDs are compared without regard to case, as the kernel does.
bool has_tag(const BlockDevice& device, std::string_view tag);

}  // namespace kboot
