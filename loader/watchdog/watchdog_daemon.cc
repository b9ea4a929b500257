#include "loader/watchdog/watchdog_daemon.h"

#include <csignal>
#include <string>
#include <utility>

#include <poll.h>

#include "base/file.h"
#include "base/log.h"
#include "base/number.h"
#include "base/signal_fd.h"
#include "config/settings.h"
#include "loader/watchdog/watchdog_device.h"

namespace kboot {
namespace {

/// The seconds as a number; 0: off.
constexpr const char* kPublished = "/run/kboot/watchdog";

std::optional<std::chrono::seconds> published_or(std::optional<std::chrono::seconds> built_in) {
  constexpr std::size_t kMaxFile = 32;  // bytes
  const auto text = read_file_if_there(kPublished, kMaxFile);
  if (!text) return built_in;
  const auto seconds = whole_number(*text).value_or(0);
  return seconds == 0 ? std::nullopt : std::optional(std::chrono::seconds(seconds));
}

/// Without it nothing stops the watchdog at the end, and that is all.
UniqueFd watch_end() noexcept {
  try {
    return watch_signal(SIGTERM);
  } catch (const std::exception& error) {
    log_warning("watchdog: {}", error.what());
    return UniqueFd();
  }
}

std::optional<std::chrono::seconds> built_in_watchdog(const std::function<Variables()>& built_in) noexcept {
  try {
    Diagnostics ignored;  // the sessions report them
    return read_settings(built_in(), ignored).watchdog;
  } catch (const std::exception& error) {
    log_warning("watchdog: {}", error.what());
    return std::nullopt;
  }
}

}  // namespace

void keep_watchdog(WatchdogKeeper& keeper, const std::function<std::optional<std::chrono::seconds>()>& wanted,
                   int end) noexcept {
  std::optional<std::chrono::seconds> last;
  for (bool ended = false, failed = false; !ended;) {
    keeper.step(last);
    try {
      if (const auto now = wanted(); now != last) keeper.step(last = now);
      failed = false;
    } catch (...) {
      if (!std::exchange(failed, true)) log_line(LogLevel::warning, "watchdog: its setting cannot be read");
    }
    pollfd wait{end, POLLIN, 0};
    ended = ::poll(&wait, 1, static_cast<int>(keeper.pause().count())) > 0;
  }
  keeper.step(std::nullopt);
}

void run_watchdog_daemon(const std::function<Variables()>& built_in_settings) {
  const UniqueFd end = watch_end();
  const auto built_in = built_in_watchdog(built_in_settings);
  LinuxWatchdogDevice device;
  WatchdogKeeper keeper(device);
  keep_watchdog(
      keeper, [&] { return published_or(built_in); }, end.get());
}

void publish_watchdog(std::optional<std::chrono::seconds> timeout, Publish how) {
  publish_file(kPublished, std::to_string(timeout ? timeout->count() : 0), how);
}

}  // namespace kboot
