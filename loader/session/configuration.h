#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "config/variables.h"
#include "pathfs/resolver.h"

namespace kboot {

/// Where the configuration comes from: kboot(8), OPTIONS, and kboot.conf(5), SOURCES.
struct ConfigurationSources {
  std::string kboot_conf = "/etc/kboot.conf";            ///< built in, or `--config`
  std::optional<std::string> fstab;                      ///< built in, or `--fstab`; none: no fstab
  std::optional<std::string> kernel_command_line;        ///< text of /proc/cmdline; none on a host
  std::vector<std::pair<std::string, std::string>> set;  ///< `--set`, name and value
  bool must_exist = false;               ///< kboot_conf was asked for by name: its absence is an Error
  bool copy_from_booted = false;         ///< also read kboot.conf, fstab and hosts of the booted system
  std::optional<std::string> host_root;  ///< on a host without an fstab: `/…` is this local directory
};

struct Configuration {
  Variables variables;
  BootedRoot booted;
  std::string
      hosts;  ///< text of the booted system's /etc/hosts, to be added to kboot's own; empty when not copied
  Diagnostics diagnostics;
  bool interrupted = false;  ///< ^C ended the look into the booted system
};

/// Reads all sources, later ones winning. What cannot be read is a diagnostic, and the rest counts. Mounts
/// the booted system read-only when it is asked to copy from it. Throws Error only for files named on the
/// command line.
Configuration read_configuration(const ConfigurationSources& sources, Resolver& resolver);

/// After `root` has changed: takes the fstab of the booted system as it is now. A file system that cannot be
/// mounted is a diagnostic.
void reread_booted_fstab(Resolver& resolver, Diagnostics& diagnostics);

/// The boot configuration found on a block device (rule 7).
struct DeviceConfiguration {
  Variables variables;
  BootedRoot booted;  ///< the device, with the fstab on it
  std::string file;   ///< where the configuration is: `/etc/kboot.conf`
  Diagnostics diagnostics;
};

/// Looks for kboot.conf on `device` (`sda2`, `UUID=…`); nothing when there is none. `root` is the device
/// unless the file sets it. Throws Error.
std::optional<DeviceConfiguration> read_device_configuration(const std::string& device, Resolver& resolver);

}  // namespace kboot
