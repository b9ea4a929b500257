#pragma once

#include <string>

#include "pathfs/resolver.h"

namespace kboot {

/// How the top of a mounted file system is written in the path language: `/boot` where the booted system has
/// it, `sda6:/` or `server:/export` elsewhere; for what kboot did not mount, its place in kboot's own root
/// (`//mnt`) or, on a host, where it is.
std::string place_of(const MountedFileSystem& mounted, const BootedRoot& booted, Mounter& mounter);

/// `sda6` of `/dev/sda6`.
std::string device_name(const std::string& node);

}  // namespace kboot
