#include "pathfs/mount_table.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/unique_fd.h"
#include "pathfs/mount_syntax.h"

namespace kboot {
namespace {

/// btrfs mounts carry a device number of their own; the source still names the disk.
bool is_on(const MountInfo& mount, dev_t device) {
  if (mount.device == device) return true;
  struct stat status {};
  return mount.source.starts_with("/dev/") && stat(mount.source.c_str(), &status) == 0 &&
         S_ISBLK(status.st_mode) && status.st_rdev == device;
}

/// Whether a look at `target` really shows mount `id`: another one may have been put over it, or it may be
/// out of reach.
bool is_visible(const std::string& target, int id) {
  constexpr std::string_view kField = "mnt_id:";
  constexpr std::size_t kMaxFdinfo = 4096;
  const UniqueFd fd(open(target.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return false;
  const auto text = read_file_if_there("/proc/self/fdinfo/" + std::to_string(fd.get()), kMaxFdinfo);
  if (!text) return false;
  const std::size_t field = text->find(kField);
  if (field == std::string::npos) return false;
  const std::size_t digits = text->find_first_not_of(" \t", field + kField.size());
  if (digits == std::string::npos) return false;
  int seen = -1;
  std::from_chars(text->data() + digits, text->data() + text->size(), seen);
  return seen == id;
}

}  // namespace

std::optional<std::string> find_mount(dev_t device, const std::string& root) {
  const std::vector<MountInfo> mounts = read_mountinfo("/proc/self/mountinfo");
  const auto last = std::find_if(mounts.rbegin(), mounts.rend(), [&](const MountInfo& mount) {
    return mount.root == root && is_on(mount, device) && is_visible(mount.target, mount.id);
  });
  if (last == mounts.rend()) return {};
  return last->target;
}

std::vector<MountedFileSystem> read_mount_table(const std::string& file) {
  std::vector<MountedFileSystem> mounted;
  for (MountInfo& mount : read_mountinfo(file)) {
    if (!mount.source.starts_with("/dev/") && !is_nfs_type(mount.type)) continue;
    mounted.push_back({.source = std::move(mount.source),
                       .type = std::move(mount.type),
                       .root = std::move(mount.root),
                       .access = mount.read_only ? Access::read_only : Access::read_write,
                       .directory = std::move(mount.target)});
  }
  return mounted;
}

}  // namespace kboot
