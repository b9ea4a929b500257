#pragma once

#include <cstddef>
#include <vector>

#include "pathfs/mounter.h"

namespace kboot {

/// A device's place in the tree of what is made of what.
struct DeviceBranch {
  std::size_t index = 0;  ///< in the list that the tree was made of
  std::size_t depth = 0;  ///< 0: made of no other
};

/// The devices, each below the one it is made of: partitions below their disk, an opened LUKS volume below
/// the locked one, a logical volume or an array below the first of its members, in whose place it is seen
/// once. Among siblings the order of the list is kept. Each device is in the tree once, whatever `parents`
/// says.
std::vector<DeviceBranch> device_tree(const std::vector<BlockDevice>& devices);

/// Whether some other device is made of this one: an opened LUKS volume, an assembled member.
bool is_used(const BlockDevice& device, const std::vector<BlockDevice>& devices);

}  // namespace kboot
