#pragma once

#include <chrono>
#include <string>

namespace kboot {

/// Whether a disk may still turn up that the machine has had from the start: USB is being enumerated, or
/// a USB mass storage device has no disk yet, which spins up. `sys` is where sysfs is (`/sys`); `running` is
/// how long this process has run. After ten seconds nothing is expected any more.
bool is_disk_appearing(const std::string& sys, std::chrono::milliseconds running);

}  // namespace kboot
