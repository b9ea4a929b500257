#pragma once

#include <optional>
#include <string>

#include "config/formats/boot_source.h"
#include "loader/entries/machine_facts.h"
#include "netfetch/url.h"

namespace kboot {

/// How the place is written that a lease names.
inline constexpr const char* kDhcp = "dhcp";

/// What the lease says that this machine boots: PXELINUX's configuration, or the folder pxelinux.cfg behind
/// PXELINUX's prefix (RFC 5071); else a URL, or a file's name on a TFTP server (RFC 2132, 9.5; RFC
/// 5970, 3.1); nothing: no lease says it. Throws Error for a bad URL.
std::optional<Url> leased_url(MachineFacts& machine);

/// What can be booted by that file: PXELINUX's configuration that the lease names, another configuration, a
/// kernel, a Unified Kernel Image. Beside the program of another loader PXELINUX's configuration is looked
/// for. Throws Error, Cancelled.
BootSource read_leased(const FilePlace& file, MachineFacts& machine, SourceReader& reader);

}  // namespace kboot
