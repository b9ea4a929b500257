#pragma once

#include <string>
#include <vector>

#include "loader/session/booter.h"
#include "loader/session/configuration.h"
#include "loader/session/entry_lines.h"
#include "loader/session/session_state.h"
#include "loader/terminal/report.h"

namespace kboot {

/// The paths of a device's configuration mean the file system that it lies on: while this lives, the device
/// is the booted system, and its variables are the session's. What is restricted stays restricted.
class DeviceScope {
 public:
  DeviceScope(SessionState& state, Resolver& resolver, const DeviceConfiguration& configuration,
              Diagnostics& diagnostics);
  ~DeviceScope();
  DeviceScope(const DeviceScope&) = delete;
  DeviceScope& operator=(const DeviceScope&) = delete;

 private:
  SessionState& state_;
  Resolver& resolver_;
  Variables variables_;
  Settings settings_;
  Location directory_;
  BootedRoot booted_;
};

/// Boots devices: rule 7.
class DeviceBoot {
 public:
  DeviceBoot(SessionState& state, const System& system, Report& report, Booter& booter, EntryLines& entries)
      : state_(state), system_(system), report_(report), booter_(booter), entries_(entries) {}

  /// Boots what the kboot.conf on a device says, else the default of its boot sources. `words`: the line,
  /// which has no more than the device. Throws Error, Cancelled.
  void boot(const std::string& device, const std::vector<std::string>& words);

 private:
  void boot_configuration(const std::string& device, const DeviceConfiguration& configuration);

  SessionState& state_;
  const System& system_;
  Report& report_;
  Booter& booter_;
  EntryLines& entries_;
};

}  // namespace kboot
