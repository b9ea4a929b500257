#pragma once

namespace kboot {

/// Whether kboot runs in its own initramfs, where it is the loader, and not as a command on a host.
bool in_loader();

}  // namespace kboot
