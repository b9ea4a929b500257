#pragma once

#include "pathfs/resolver.h"

namespace kboot {

/// Where a file or folder is on a partition that can still be written to when all else is unmounted, right
/// before the next kernel starts. Throws Error when it is on none.
MountedPlace place_on_partition(const ResolvedFile& file, Mounter& mounter);

}  // namespace kboot
