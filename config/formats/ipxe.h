#pragma once

#include "config/formats/boot_source.h"

namespace kboot {

/// Runs an iPXE script (https://ipxe.org/cmd) as far as it says what can be booted: each item of its menus
/// gives an entry, and a script without a menu gives one. Nothing is fetched but the scripts that it chains
/// to. Throws Error when `file` itself cannot be read; all that is wrong in it is in the source's
/// diagnostics.
BootSource read_ipxe(const FilePlace& file, SourceReader& reader);

}  // namespace kboot
