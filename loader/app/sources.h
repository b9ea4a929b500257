#pragma once

#include <string>

#include "loader/app/options.h"
#include "loader/session/session.h"

namespace kboot {

/// Where this kboot's configuration comes from. In the loader the kernel's command line is one of the
/// sources.
ConfigurationSources sources_for(const Options& options, Place place);

/// Appends the booted system's hosts to kboot's own /etc/hosts, once, so that names mean here what they mean
/// there.
void add_hosts(const std::string& hosts);

}  // namespace kboot
