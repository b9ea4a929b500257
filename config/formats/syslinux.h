#pragma once

#include "config/formats/boot_source.h"

namespace kboot {

/// Reads a configuration of SYSLINUX, EXTLINUX, ISOLINUX or PXELINUX, with all that it leads on to: INCLUDE,
/// CONFIG and the menus of menu.c32 (SYSLINUX's doc/syslinux.txt and doc/menu.txt; for FDT lines, U-Boot's
/// doc/develop/distro.rst). Throws Error when `file` itself cannot be read; all that is wrong in it is in the
/// source's diagnostics.
BootSource read_syslinux(const FilePlace& file, SourceReader& reader);

}  // namespace kboot
