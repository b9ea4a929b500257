#pragma once

#include "config/variables.h"

namespace kboot {

/// What is known without looking at any disk: the initramfs' own /etc/kboot.conf, and the kernel's command
/// line. Nothing is reported: the sessions do that.
Variables built_in_settings();

}  // namespace kboot
