#include "loader/watchdog/watchdog.h"

#include <fmt/format.h>

#include "base/directory.h"
#include "base/file.h"
#include "base/number.h"
#include "base/text.h"
#include "loader/watchdog/watchdog_daemon.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxAttribute = 4096;  // bytes

std::string attribute(const std::string& folder, const char* name) {
  return std::string(trim(read_file_if_there(folder + "/" + name, kMaxAttribute).value_or("")));
}

}  // namespace

std::optional<WatchdogState> find_watchdog(const std::string& folder) {
  std::optional<WatchdogState> found;
  for (const std::string& name : directory_names(folder)) {
    const std::string one = fmt::format("{}/{}", folder, name);
    WatchdogState state;
    state.name = name;
    state.identity = attribute(one, "identity");
    state.timeout = std::chrono::seconds(whole_number(attribute(one, "timeout")).value_or(0));
    state.active = attribute(one, "state") == "active";
    state.in_hardware = state.identity != "Software Watchdog";  // drivers/watchdog/softdog.c
    if (state.in_hardware) return state;
    if (!found) found = state;
  }
  return found;
}

Diagnostics watchdog_notes(const std::optional<WatchdogState>& state) {
  if (!state) return {{"watchdog", 0, "this machine has none that kboot knows"}};
  if (!state->in_hardware)
    return {{"watchdog", 0, "this machine has one in software only, which does not outlive this kernel"}};
  return {};
}

void LinuxWatchdog::configure(std::optional<std::chrono::seconds> timeout) {
  publish_watchdog(timeout, Publish::if_new);
}

void LinuxWatchdog::set(std::optional<std::chrono::seconds> timeout) {
  publish_watchdog(timeout, Publish::again);
}

std::optional<WatchdogState> LinuxWatchdog::state() {
  return find_watchdog("/sys/class/watchdog");
}

}  // namespace kboot
