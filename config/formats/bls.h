#pragma once

#include <map>
#include <string>

#include "config/formats/boot_source.h"

namespace kboot {

/// Reads the entries of the UAPI Boot Loader Specification, Type #1: all of a folder `…/loader/entries`, in
/// the specification's order, with the `loader.conf` beside it; or the one that a `.conf` file is. `$name` in
/// a value is replaced from `variables`, by nothing when it is not among them. The default is what
/// loader.conf says, else the first entry of a folder that has one; without a loader.conf none is known.
BootSource read_bls(const FilePlace& folder_or_file, const std::map<std::string, std::string>& variables,
                    SourceReader& reader);

/// Whether some value of these entries holds a `$name`: then their variables are worth a look.
bool bls_needs_variables(const FilePlace& folder_or_file, SourceReader& reader);

}  // namespace kboot
