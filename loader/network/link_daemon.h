#pragma once

#include <functional>

#include "config/variables.h"

namespace kboot {

/// Brings the network up and keeps it so until the next kernel takes over: what init runs in the background
/// from the start. It begins with `built_in`, what is built in and on the kernel's command line; what a
/// session learns later comes by NetworkSettings. Throws Error when the kernel has no network.
[[noreturn]] void run_link_daemon(const std::function<Variables()>& built_in);

}  // namespace kboot
