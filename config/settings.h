#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "config/variables.h"

namespace kboot {

/// What happens when nothing of `default` could be booted and nobody is there.
enum class OnFail { retry, prompt, reboot, poweroff, shell };

/// The reserved variables with their types. A value that makes no sense is reported and replaced: a boolean
/// by the safe value (restricted: true, the others: false), a number and a hash by unset.
struct Settings {
  std::optional<std::string> authorized_keys;
  std::optional<std::string> default_line;      ///< one or more, see choices()
  std::optional<std::chrono::seconds> delay;    ///< ignored without default_line; 0 counts as unset
  std::optional<std::chrono::seconds> timeout;  ///< ignored without default_line; 0 counts as unset
  std::optional<std::chrono::seconds>
      wait;  ///< for devices that are not there yet (`wait`, else `rootdelay` in Variables)
  std::optional<std::string> initrd;  ///< the global one; never empty
  std::optional<std::string> message;
  std::optional<std::string> no_proxy;  ///< `net.noproxy`
  std::optional<std::string> ntp;       ///< `net.ntp`: servers between blanks
  std::optional<std::string> password;  ///< a crypt(3) hash, for unlock
  std::optional<std::string> proxy;     ///< `net.proxy`
  std::optional<std::string> root;
  unsigned tries = 0;  ///< how often a choice is started in vain before it is passed over; 0: always
  std::optional<std::string> tries_store;        ///< `tries.store`: `efi`, `bls`, or a folder's path
  std::optional<std::chrono::seconds> watchdog;  ///< never 0
  std::optional<std::string> ssh_host_keys;      ///< `ssh.hostkeys`: a folder with a system's host keys
  std::optional<std::string> ssh_password;       ///< `ssh.password`: a crypt(3) hash, for whoever has no key
  std::chrono::seconds hold_max{0};  ///< how long keys that nothing comes of hold autoboot; 0: for ever
  OnFail on_fail = OnFail::retry;
  bool starts_with_menu = false;  ///< `console.start=menu`: the prompt opens it at once
  bool auto_removable = false;    ///< `auto.removable`: `default=auto` looks on removable disks, too
  bool handoff = false;           ///< the booted system gets LUKS keys and the network's settings
  bool mount_rw = false;
  bool restricted = false;
  bool ssh_root_shell = false;  ///< `ssh.rootshell`: root gets a shell over ssh instead of the prompt
};

/// `tries.store=bls`: starts are counted in the names of the entries themselves.
bool counts_in_names(const Settings& settings);

/// The lines of `default=linux | old | sda2`, in their order: what stands between bars, each with a blank on
/// both sides, as a URL may hold one.
std::vector<std::string> choices(std::string_view default_line);

/// Reads the settings out of the variables; adds to `diagnostics` what made no sense.
Settings read_settings(const Variables& variables, Diagnostics& diagnostics);

/// Warnings about names: a variable whose name is one edit away from a reserved one (`timout`), a new
/// reserved name that is used as a label is in an old kboot.conf (`wait=/boot/vmlinuz`).
Diagnostics check_names(const Variables& variables);

}  // namespace kboot
