#pragma once

#include <chrono>
#include <string>

#include "base/diagnostic.h"
#include "pathfs/resolver.h"

namespace kboot {

/// How long a medium that kboot itself was started from may take to appear: a USB stick, a second or two.
constexpr std::chrono::seconds kSiteWait{5};

/// Copies what `device` (`kboot.site=`) has of a site's files, kboot.conf and authorized_keys among them,
/// over those that were built in, below `root`. A file that cannot be one is left out with a diagnostic, and
/// so is the whole of a device that is not there after kSiteWait or cannot be read: what was built in counts
/// then. Nothing is written to the device. Throws Cancelled.
Diagnostics take_site_files(const std::string& device, Resolver& resolver, const std::string& root);

}  // namespace kboot
