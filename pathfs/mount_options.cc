#include "pathfs/mount_options.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include <sys/mount.h>

#include <libmount/libmount.h>

#include "base/text.h"
#include "pathfs/location.h"

namespace kboot {
namespace {

/// `ro` is the access' to say, and what would make the call another one than a mount is not fstab's to ask
/// for here.
constexpr unsigned long kNotForFstab =
    MS_RDONLY | MS_BIND | MS_REC | MS_MOVE | MS_REMOUNT | MS_SHARED | MS_SLAVE | MS_PRIVATE | MS_UNBINDABLE;

struct Freer {
  void operator()(char* text) const noexcept { std::free(text); }  // NOLINT(cppcoreguidelines-no-malloc)
};
using OwnedText = std::unique_ptr<char, Freer>;

struct Option {
  std::string name;
  std::optional<std::string> value;
  std::string str() const { return value ? name + "=" + *value : name; }
};

std::vector<Option> split_options(std::string_view text) {
  std::vector<Option> options;
  std::string copy(text);
  char* rest = copy.data();
  char* name = nullptr;
  char* value = nullptr;
  std::size_t name_size = 0;
  std::size_t value_size = 0;
  while (mnt_optstr_next_option(&rest, &name, &name_size, &value, &value_size) == 0) {
    Option option{std::string(name, name_size), {}};
    if (value != nullptr) option.value = std::string(value, value_size);
    options.push_back(std::move(option));
  }
  return options;
}

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
bool selects_contents(const Option& option) {
  constexpr std::array<std::string_view, 4> kNames = {"subvol", "subvolid", "degraded", "sb"};
  return std::find(kNames.begin(), kNames.end(), option.name) != kNames.end();
}

/// systemd's and libmount's own notes: x-systemd.automount, X-mount.mkdir.
bool is_for_kernel(const Option& option) {
  return !option.name.starts_with("x-") && !option.name.starts_with("X-");
}

/// libmount knows which options are flags of mount(2), which are for user space, and which are the file
/// system's; of these last, `wanted` ones stay.
KernelOptions split_and_assemble(std::string_view options, std::string_view type, Access access,
                                 bool (*wanted)(const Option&)) {
  char* vfs = nullptr;
  char* fs = nullptr;
  if (mnt_split_optstr(std::string(options).c_str(), nullptr, &vfs, &fs, 0, 0) != 0) throw std::bad_alloc();
  const OwnedText vfs_owner(vfs);
  const OwnedText fs_owner(fs);

  KernelOptions kernel;
  if (vfs != nullptr) mnt_optstr_get_flags(vfs, &kernel.flags, mnt_get_builtin_optmap(MNT_LINUX_MAP));
  kernel.flags &= ~kNotForFstab;

  std::vector<std::string> data;
  for (const Option& option : split_options(fs == nullptr ? "" : fs))
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
  return split_and_assemble(options, type, access, is_for_kernel);
}

KernelOptions bare_kernel_options(std::string_view options, std::string_view type, Access access) {
  return split_and_assemble(options, type, access, selects_contents);
}

bool has_option(std::string_view options, std::string_view name) {
  const std::vector<Option> all = split_options(options);
  return std::any_of(all.begin(), all.end(), [&](const Option& option) { return option.name == name; });
}

std::string root_in_file_system(std::string_view options) {
  std::string root = "/";
  bool by_id = false;
  for (const Option& option : split_options(options)) {
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
