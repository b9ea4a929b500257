#pragma once

#include <map>
#include <string>

#include "config/formats/boot_source.h"

namespace kboot {

/// Reads a grub.cfg of GRUB 2 as GRUB 2.06 would evaluate it (GRUB's manual), with all that it leads on to:
/// `source`, `configfile`, `blscfg`, the grubenv beside it. Throws Error when `file` itself cannot be read;
/// all that is wrong in it is in the source's diagnostics.
/// `exported` are variables that are set at its start, for it and for all that it leads on to.
BootSource read_grub(const FilePlace& file, SourceReader& reader,
                     const std::map<std::string, std::string>& exported = {});

/// The variables at the end of a grub.cfg. Throws Error when it cannot be read.
std::map<std::string, std::string> grub_variables(const FilePlace& file, SourceReader& reader);

}  // namespace kboot
