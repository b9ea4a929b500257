#pragma once

#include <string>

#include "config/variables.h"

namespace kboot {

/// Brings the network up and keeps it so until the next kernel takes over: what init runs in the background
/// from the start. It begins with what is built in and the kernel's command line; what a session learns later
/// comes by publish_network_settings(). Throws Error when the kernel has no network.
[[noreturn]] void run_link_daemon();

/// What a session knows of the network, for the daemon: `net.*` and `ip` of its configuration. The first
/// session that has read one counts; later ones change nothing. Throws Error.
void publish_network_settings(const Variables& variables);
/// One setting that was typed. Throws Error.
void publish_network_setting(const std::string& name, const std::string& value);

}  // namespace kboot
