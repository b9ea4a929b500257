#include "loader/watchdog_daemon.h"

#include <csignal>
#include <string>

#include <poll.h>

#include "base/file.h"
#include "base/number.h"
#include "base/signal_fd.h"
#include "config/settings.h"
#include "loader/built_in.h"
#include "loader/watchdog_device.h"

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

}  // namespace

void run_watchdog_daemon() {
  const UniqueFd end = watch_signal(SIGTERM);
  Diagnostics ignored;  // the sessions report them
  const auto built_in = read_settings(built_in_settings(), ignored).watchdog;
  LinuxWatchdogDevice device;
  WatchdogKeeper keeper(device);
  for (bool ended = false; !ended;) {
    keeper.step(published_or(built_in));
    pollfd wait{end.get(), POLLIN, 0};
    ended = ::poll(&wait, 1, static_cast<int>(keeper.pause().count())) > 0;
  }
  keeper.step(std::nullopt);
}

void publish_watchdog(std::optional<std::chrono::seconds> timeout, Publish how) {
  publish_file(kPublished, std::to_string(timeout ? timeout->count() : 0), how);
}

}  // namespace kboot
