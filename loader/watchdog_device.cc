#include "loader/watchdog_device.h"

#include <cerrno>

#include <fcntl.h>
#include <linux/watchdog.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "loader/watchdog.h"

namespace kboot {

std::chrono::seconds LinuxWatchdogDevice::start(std::chrono::seconds timeout) {
  if (!device_) {
    const auto found = find_watchdog("/sys/class/watchdog");
    if (!found) fail("this machine has none");
    // Opening starts it, with a time of the driver's own.
    device_.reset(::open(("/dev/" + found->name).c_str(), O_WRONLY | O_CLOEXEC));
    if (!device_) fail_errno(errno, "/dev/" + found->name);
    log_info("watchdog: {} ({})", found->name, found->identity);
  }
  int seconds = static_cast<int>(timeout.count());
  if (::ioctl(device_.get(), WDIOC_SETTIMEOUT, &seconds) != 0)
    log_warning("watchdog: it does not take {} s, so it keeps its own time", timeout.count());
  if (::ioctl(device_.get(), WDIOC_GETTIMEOUT, &seconds) != 0) fail_errno(errno, "how long it waits");
  feed();
  return std::chrono::seconds(seconds);
}

void LinuxWatchdogDevice::feed() {
  if (::ioctl(device_.get(), WDIOC_KEEPALIVE, 0) != 0) fail_errno(errno, "feed it");
}

void LinuxWatchdogDevice::stop() {
  // The "magic close": only after this letter does closing it mean that it is to stop.
  if (::write(device_.get(), "V", 1) != 1) fail_errno(errno, "stop it");
  device_.reset();
}

}  // namespace kboot
