#pragma once

#include <string>
#include <vector>

#include "config/formats/source_reader.h"
#include "loader/entries/machine_facts.h"

namespace kboot {

/// The network cards by which servers know this machine: first the one that it was booted from, then those
/// that are up, then the others.
std::vector<Link> boot_links(MachineFacts& machine);

/// Whether a path is that of a folder in which PXELINUX looks for a machine's configuration.
bool is_pxelinux_folder(const std::string& path);

/// The names of this machine's configuration there, in the order in which PXELINUX asks for them: the UUID,
/// each network card, each IPv4 address and shorter and shorter beginnings of it, `default`
/// (https://wiki.syslinux.org/wiki/index.php?title=PXELINUX#Configuration).
std::vector<std::string> pxelinux_names(MachineFacts& machine);

/// This machine's configuration in such a folder. Throws Error when there is none.
FilePlace find_pxelinux_file(const FilePlace& folder, MachineFacts& machine, SourceReader& reader);

}  // namespace kboot
