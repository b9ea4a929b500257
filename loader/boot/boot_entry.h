#pragma once

#include <optional>
#include <string>
#include <vector>

namespace kboot {

/// What is to be booted, as it was written: nothing is looked up yet. A typed line, a label and a
/// configuration file give the same struct; from here there is one path (make_plan, stage, Kexec).
struct BootEntry {
  std::string kernel;                ///< a path of the path language
  std::vector<std::string> initrds;  ///< paths, joined in this order
  std::string cmdline;               ///< for the kernel, literally
  std::string origin;                ///< "typed", "label b26131", "default", "sda2: /etc/kboot.conf"

  bool operator==(const BootEntry&) const = default;
};

/// The settings a boot line is completed from.
struct BootDefaults {
  std::optional<std::string> root;    ///< `root=`
  std::optional<std::string> initrd;  ///< `initrd=`, may be a comma-separated list
};

/// Makes a boot entry of a line's words, the first of which is the kernel. `initrd=` words are taken out
/// (comma-separated or repeated ones are joined, they replace the default's, an empty one leaves none);
/// without a `root=` word the command line starts with the default's. All other words are passed on as they
/// are.
BootEntry parse_boot_words(const std::vector<std::string>& words, const BootDefaults& defaults,
                           std::string origin);

}  // namespace kboot
