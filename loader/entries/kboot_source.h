#pragma once

#include "config/formats/boot_source.h"

namespace kboot {

/// Reads a kboot.conf as a boot source: each label that boots is an entry. Its paths are those of the system
/// that it lies in, so that system's fstab says on which device they are. Throws Error when it cannot be
/// read.
BootSource read_kboot_source(const FilePlace& file, SourceReader& reader);

}  // namespace kboot
