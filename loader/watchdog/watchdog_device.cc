#include "loader/watchdog/watchdog_device.h"

#include <cerrno>

#include <fcntl.h>
#include <linux/watchdog.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "loader/watchdog/watchdog.h"

namespace kboot {

void LinuxWatchdogDevice::open() {
  const auto found = find_watchdog(classes_);
  if (!found) fail("this machine has none");
  // Opening starts it, with a time of the driver's own.
  const std::string node = nodes_ + "/" + found->name;
  device_.reset(::open(node.c_str(), O_WRONLY | O_CLOEXEC));
  if (!device_) fail_errno(errno, node);
  name_ = found->name;
  log_info("watchdog: {} ({})", name_, found->identity);
}

/// A driver that does not tell may have a time in sysfs; else the shortest of any driver is taken for it.
std::chrono::seconds LinuxWatchdogDevice::timeout_after(std::chrono::seconds asked, bool taken) const {
  constexpr std::chrono::seconds kShortest{1};
  int seconds = 0;
  if (::ioctl(device_.get(), WDIOC_GETTIMEOUT, &seconds) == 0 && seconds > 0)
    return std::chrono::seconds(seconds);
  if (taken) return asked;
  const auto found = find_watchdog(classes_);
  if (found && found->name == name_ && found->timeout.count() > 0) return found->timeout;
  log_warning("watchdog: it does not tell its time, so it is fed as if that were {} s", kShortest.count());
  return kShortest;
}

std::chrono::seconds LinuxWatchdogDevice::start(std::chrono::seconds timeout) {
  if (!device_) open();
  feed();
  int seconds = static_cast<int>(timeout.count());
  const bool taken = ::ioctl(device_.get(), WDIOC_SETTIMEOUT, &seconds) == 0;
  if (!taken) log_warning("watchdog: it does not take {} s, so it keeps its own time", timeout.count());
  return timeout_after(std::chrono::seconds(seconds), taken);
}

void LinuxWatchdogDevice::feed() {
  if (::ioctl(device_.get(), WDIOC_KEEPALIVE, 0) == 0) return;
  // Drivers without it are fed by a byte that is not the "V" of stop().
  if (::write(device_.get(), "", 1) != 1) fail_errno(errno, "feed it");
}

void LinuxWatchdogDevice::stop() {
  // The "magic close": only after this letter does closing it mean that it is to stop.
  if (::write(device_.get(), "V", 1) != 1) fail_errno(errno, "stop it");
  device_.reset();
}

}  // namespace kboot
