#include "pathfs/mount_options.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <sys/mount.h>

#include "base/text.h"
#include "pathfs/location.h"
#include "pathfs/mount_syntax.h"

namespace kboot {
namespace {

/// `ro` is the access' to say, and what would make the call another one than a mount is not fstab's to ask
/// for here.
constexpr unsigned long kNotForFstab =
    MS_RDONLY | MS_BIND | MS_REC | MS_MOVE | MS_REMOUNT | MS_SHARED | MS_SLAVE | MS_PRIVATE | MS_UNBINDABLE;

/// What keeps a file system from writing its journal or log to the disk, which some do even when mounted
/// read-only.
std::string_view no_replay_option(std::string_view type) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kOptions = {{
      {"ext3", "noload"},
      {"ext4", "noload"},
      {"xfs", "norecovery"},
      {"btrfs", "rescue=nologreplay"},
      {"f2fs", "norecovery"},
      {"nilfs2", "norecovery"},
      {"reiserfs", "nolog"},
  }};
  for (const auto& [name, option] : kOptions)
    if (name == type) return option;
  return {};
}

/// Options that decide which files are seen, or without which a damaged array is not mounted at all.
bool selects_contents(const MountOption& option) {
  constexpr std::array<std::string_view, 4> kNames = {"subvol", "subvolid", "degraded", "sb"};
  return std::find(kNames.begin(), kNames.end(), option.name) != kNames.end();
}

/// systemd's and libmount's own notes: x-systemd.automount, X-mount.mkdir.
bool is_for_kernel(const MountOption& option) {
  return !option.name.starts_with("x-") && !option.name.starts_with("X-");
}

/// Of the file system's own options, `wanted` ones stay.
KernelOptions assemble(std::string_view options, std::string_view type, Access access,
                       bool (*wanted)(const MountOption&)) {
  const SortedOptions sorted = sort_options(options);
  KernelOptions kernel{.flags = sorted.flags & ~kNotForFstab, .data = ""};
  std::vector<std::string> data;
  for (const MountOption& option : sorted.file_system)
    if (wanted(option)) data.push_back(option.str());
  if (access == Access::read_only) {
    kernel.flags |= MS_RDONLY;
    if (const std::string_view no_replay = no_replay_option(type); !no_replay.empty())
      data.emplace_back(no_replay);
  }
  kernel.data = join(data, ",");
  return kernel;
}

}  // namespace

KernelOptions kernel_options(std::string_view options, std::string_view type, Access access) {
  return assemble(options, type, access, is_for_kernel);
}

KernelOptions bare_kernel_options(std::string_view options, std::string_view type, Access access) {
  return assemble(options, type, access, selects_contents);
}

bool has_option(std::string_view options, std::string_view name) {
  const std::vector<MountOption> all = read_options(options);
  return std::any_of(all.begin(), all.end(), [&](const MountOption& option) { return option.name == name; });
}

std::string root_in_file_system(std::string_view options) {
  std::string root = "/";
  bool by_id = false;
  for (const MountOption& option : read_options(options)) {
    if (option.name == "subvol" && option.value) {
      root = "/" + join(path_components(*option.value), "/");
      by_id = false;
    } else if (option.name == "subvolid") {
      by_id = true;
    }
  }
  return by_id ? "" : root;
}

}  // namespace kboot
