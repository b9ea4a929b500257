#pragma once

namespace kboot {

/// Brings the network up and keeps it so until the next kernel takes over: what init runs in the background
/// from the start. It begins with what is built in and the kernel's command line; what a session learns later
/// comes by NetworkSettings. Throws Error when the kernel has no network.
[[noreturn]] void run_link_daemon();

}  // namespace kboot
