#include "loader/attempts/detached_mount.h"

#include <cerrno>

#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/error.h"

namespace kboot {

DetachedMount::DetachedMount(const std::string& type, Access access) {
  // By their numbers: musl has no names for these calls.
  const UniqueFd context(static_cast<int>(::syscall(SYS_fsopen, type.c_str(), FSOPEN_CLOEXEC)));
  if (!context || ::syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
    fail_errno(errno, "mount " + type);
  // The mount is read-only, not the file system, of which there may be one for all processes.
  const unsigned attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC |
                              (access == Access::read_only ? MOUNT_ATTR_RDONLY : 0);
  mount_ = UniqueFd(static_cast<int>(::syscall(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC, attributes)));
  if (!mount_) fail_errno(errno, "mount " + type);
}

std::string DetachedMount::folder() const {
  return fmt::format("/proc/self/fd/{}", mount_.get());
}

}  // namespace kboot
