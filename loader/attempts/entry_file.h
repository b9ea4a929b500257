#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "config/bls_entry.h"
#include "config/boot_count.h"
#include "loader/boot/boot_entry.h"
#include "pathfs/resolver.h"

namespace kboot {

/// An entry of the Boot Loader Specification that was found: `loader/entries/debian+2-1.conf` on some
/// partition.
struct EntryFile {
  ResolvedFile file;
  CountedName name;
};

/// The entry that a path names, whatever count its file's name has now and the path has; nothing when the
/// path can be none's, or there is none. Throws Error, Cancelled.
std::optional<EntryFile> find_entry(const Location& location, Resolver& resolver);

/// What its file says. Throws Error, Cancelled.
BlsEntry read_entry(const EntryFile& entry, Resolver& resolver, Diagnostics& diagnostics);

/// What that boots: its paths are those of the partition, what was typed behind it follows its options, and a
/// typed `initrd=` takes the place of its own. Throws Error when it starts no kernel for this machine.
BootEntry boot_entry_of(const EntryFile& entry, const BlsEntry& says, const std::vector<std::string>& words,
                        std::string origin);

}  // namespace kboot
