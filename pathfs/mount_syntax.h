#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace kboot {

// How fstab(5), mountinfo and mount options are written. libmount knows, or readers of our own do
// (chosen.cc).

/// A line of fstab, escapes undone and quotes around a tag's value removed.
struct FstabLine {
  std::string source;
  std::string target;
  std::string type;
  std::string options;
  bool is_swap = false;
  bool has_device = true;  ///< not proc, tmpfs, …; a bind mount has none
};
/// Nothing when it is no such line.
std::optional<FstabLine> read_fstab_line(std::string_view line);

/// A line of /proc/PID/mountinfo.
struct MountInfo {
  int id = 0;
  dev_t device = 0;
  std::string root;
  std::string target;
  std::string type;
  std::string source;
  bool read_only = false;  ///< the mount or the file system
};
/// All that can be read, in the file's order.
std::vector<MountInfo> read_mountinfo(const std::string& file);

struct MountOption {
  std::string name;
  std::optional<std::string> value;
  std::string str() const { return value ? name + "=" + *value : name; }
};
std::vector<MountOption> read_options(std::string_view options);

/// The options by who understands them; those of user space are left out.
struct SortedOptions {
  unsigned long flags = 0;               ///< MS_…
  std::vector<MountOption> file_system;  ///< for the file system's driver
};
SortedOptions sort_options(std::string_view options);

}  // namespace kboot
