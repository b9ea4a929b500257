#pragma once

#include "config/formats/boot_source.h"

namespace kboot {

/// Reads a menu.lst or grub.conf of GRUB legacy (GRUB 0.97's manual, "Commands"). Throws Error when `file`
/// itself cannot be read; all that is wrong in it is in the source's diagnostics.
BootSource read_grub_legacy(const FilePlace& file, SourceReader& reader);

}  // namespace kboot
