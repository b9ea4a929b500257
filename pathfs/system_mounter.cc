#include "pathfs/system_mounter.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/sleep.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "pathfs/attached_image.h"
#include "pathfs/blkid_devices.h"
#include "pathfs/discovery_name.h"
#include "pathfs/location.h"
#include "pathfs/mount_options.h"
#include "pathfs/mount_table.h"

namespace kboot {
namespace {

constexpr std::string_view kDev = "/dev/";

/// The device behind a node in /dev, or nothing when it is no block device's.
std::optional<dev_t> device_number(const std::string& node) {
  struct stat status {};
  if (stat(node.c_str(), &status) != 0 || !S_ISBLK(status.st_mode)) return {};
  return status.st_rdev;
}

/// The node of `sda6`; nothing for names that lead out of /dev.
std::string node_of(std::string_view name) {
  const std::vector<std::string> components = path_components(name);
  if (components.empty() || std::find(components.begin(), components.end(), "..") != components.end())
    return {};
  return std::string(kDev) + join(components, "/");
}

/// Mount points lie in one folder, which is on a file system of its own.
bool is_mount_point(const std::string& directory) {
  struct stat inside {};
  struct stat outside {};
  return stat(directory.c_str(), &inside) == 0 && stat((directory + "/..").c_str(), &outside) == 0 &&
         inside.st_dev != outside.st_dev;
}

Holding mount_at_folder(const std::string& directory) {
  return {Holding::Kind::mount, directory};
}

[[noreturn]] void explain(int err, const std::string& type) {
  switch (err) {
    case ENODEV:
      fail("unknown filesystem type {}", printable(type));
    case EINVAL:
      fail("not accepted as {}: damaged, or with a feature or an option that this kernel does not know",
           printable(type));
    case EUCLEAN:
    case EBADMSG:
    case EIO:
      fail("the {} on it is damaged, or cannot be read", printable(type));
    case EBUSY:
      fail("in use");
    default:
      fail_errno(err, "");
  }
}

int try_mount(const std::string& source, const std::string& directory, const std::string& type,
              const KernelOptions& options) {
  if (::mount(source.c_str(), directory.c_str(), type.c_str(), options.flags, options.data.c_str()) == 0)
    return 0;
  return errno;
}

/// Ends the processes of the discovery that have something mounted, which goes with them: they will come
/// again. False: there are none.
bool end_scans(const Ledger& ledger) {
  bool any = false;
  for (const Ledger::Holder& holder : ledger.holders()) {
    if (!holder.lives || holder.is_self || holder.record.console != kDiscoveryName) continue;
    ::kill(holder.process, SIGTERM);
    any = true;
  }
  return any;
}

/// Linux refuses to mount a file system writable that is mounted read-only in whatever namespace. A scan of
/// the discovery is ended and waited for; one that has just ended, and a console that reads its
/// configuration, are gone in a moment.
int try_mount_alone(const std::string& source, const std::string& directory, const std::string& type,
                    const KernelOptions& options, const Ledger& ledger) {
  constexpr std::chrono::milliseconds kPatience{3000};
  constexpr std::chrono::milliseconds kMoment{1000};
  constexpr std::chrono::milliseconds kPoll{20};
  int err = try_mount(source, directory, type, options);
  if (err != EBUSY) return err;
  const Deadline deadline = Deadline::in(end_scans(ledger) ? kPatience : kMoment);
  while (err == EBUSY && !deadline.expired()) {
    sleep_until(Deadline::in(kPoll));
    err = try_mount(source, directory, type, options);
  }
  return err;
}

void mount_at(const MountRequest& request, const std::string& directory, const Ledger& ledger) {
  const bool known =
      !request.type.empty() && request.type != "auto" && request.type.find(',') == std::string::npos;
  const std::string type = known ? request.type : file_system_type(request.source);
  const KernelOptions options = kernel_options(request.options, type, request.access);
  int err = request.access == Access::read_only
                ? try_mount(request.source, directory, type, options)
                : try_mount_alone(request.source, directory, type, options, ledger);
  if (err == EINVAL && request.access == Access::read_only) {
    // An option of the booted system's fstab may be unknown to this kernel, or make no sense without a
    // journal (ext4: commit=).
    const KernelOptions bare = bare_kernel_options(request.options, type, request.access);
    err = try_mount(request.source, directory, type, bare);
    if (err == 0)
      log_warning("{}: mounted without the options {}", request.source, printable(request.options));
  }
  if (err != 0) explain(err, type);
  log_info("mounted {} ({}, {}) at {}", request.source, printable(type),
           request.access == Access::read_only ? "read-only" : "read-write", directory);
}

}  // namespace

SystemMounter::SystemMounter(std::string directory, Ledger& ledger, std::unique_ptr<NfsClient> nfs)
    : directory_(std::move(directory)), ledger_(ledger), nfs_(std::move(nfs)) {}

SystemMounter::~SystemMounter() {
  release();
}

bool SystemMounter::is_device(std::string_view name) {
  return device_number(node_of(name)).has_value();
}

std::optional<std::string> SystemMounter::find_device(std::string_view device) {
  if (!is_tag(device)) {
    const std::string node = node_of(device.starts_with(kDev) ? device.substr(kDev.size()) : device);
    if (!device_number(node)) return {};
    return canonical_node(node);
  }
  std::optional<std::string> node;
  visit_block_devices([&](const BlockDevice& candidate) {
    if (has_tag(candidate, device)) node = candidate.node;
    return !node;
  });
  return node;
}

std::vector<std::string> SystemMounter::device_names() {
  return block_device_names();
}

std::vector<BlockDevice> SystemMounter::devices() {
  std::vector<BlockDevice> devices = all_devices();
  devices.erase(std::remove_if(devices.begin(), devices.end(),
                               [](const BlockDevice& device) { return !device.has_contents(); }),
                devices.end());
  return devices;
}

std::vector<BlockDevice> SystemMounter::all_devices() {
  std::vector<BlockDevice> devices;
  visit_block_devices([&](const BlockDevice& device) {
    devices.push_back(device);
    return true;
  });
  return devices;
}

std::vector<MountedFileSystem> SystemMounter::mount_table() {
  std::vector<MountedFileSystem> mounted = read_mount_table();
  for (MountedFileSystem& one : mounted) {
    if (one.source.starts_with(kDev)) one.source = canonical_node(one.source);
    one.by_kboot = one.directory.starts_with(directory_ + "/");
  }
  return mounted;
}

std::string SystemMounter::make_mount_point(const std::string& source) {
  constexpr int kMaxTries = 1000;
  make_directories(directory_);
  std::string name = source.starts_with(kDev) ? source.substr(kDev.size()) : source;
  std::replace(name.begin(), name.end(), '/', '-');
  for (int number = 1; number < kMaxTries; ++number) {
    std::string path = directory_ + "/" + name + (number == 1 ? "" : fmt::format("-{}", number));
    if (mkdir(path.c_str(), 0700) == 0) return path;
    if (errno != EEXIST) fail_errno(errno, "make " + path);
  }
  fail("too many mount points in {}", directory_);
}

std::string SystemMounter::mount(const MountRequest& request) {
  const std::string noun = "mount " + request.source;
  try {
    return is_nfs_type(request.type) ? mount_export(request) : mount_device(request);
  } catch (const Cancelled&) {
    throw;
  } catch (const NotExported& error) {
    throw NotExported(noun + ": " + error.what());
  } catch (const Error&) {
    std::throw_with_nested(Error(noun));
  }
}

std::string SystemMounter::mount_device(const MountRequest& request) {
  const auto device = device_number(request.source);
  if (!device) fail("not a block device");
  const std::string root = root_in_file_system(request.options);
  const std::string contents = root.empty() ? request.options : root;

  forget_unmounted();
  const auto ours = std::find_if(mounts_.begin(), mounts_.end(), [&](const Mount& mount) {
    return mount.device == *device && mount.contents == contents;
  });
  std::string directory;
  if (ours != mounts_.end()) {
    if (request.access == Access::read_only || ours->access == Access::read_write) return ours->directory;
    // Not MS_REMOUNT: what was mounted without its journal must be mounted anew to get one.
    if (umount2(ours->directory.c_str(), UMOUNT_NOFOLLOW) != 0)
      fail_errno(errno, "unmount it to make it writable");
    directory = ours->directory;
    mounts_.erase(ours);
  } else {
    if (!root.empty())
      if (auto theirs = find_mount(*device, root)) return std::move(*theirs);
    directory = make_mount_point(request.source);
  }
  try {
    const Ledger::Act act = ledger_.begin(mount_at_folder(directory));
    mount_at(request, directory, ledger_);
  } catch (...) {
    rmdir(directory.c_str());
    ledger_.end(mount_at_folder(directory));
    throw;
  }
  mounts_.push_back(
      {directory, *device, request.source, contents, request.access, request.type, request.options});
  return directory;
}

std::string SystemMounter::mount_export(const MountRequest& request) {
  const auto ours = std::find_if(mounts_.begin(), mounts_.end(),
                                 [&](const Mount& mount) { return mount.source == request.source; });
  if (ours != mounts_.end()) {
    if (request.access == Access::read_only || ours->access == Access::read_write) return ours->directory;
    if (::mount(nullptr, ours->directory.c_str(), nullptr, MS_REMOUNT, nullptr) != 0)
      fail_errno(errno, "make it writable");
    ours->access = request.access;
    return ours->directory;
  }
  std::string directory = make_mount_point(request.source);
  try {
    const Ledger::Act act = ledger_.begin(mount_at_folder(directory));
    nfs_->mount(request.source, directory, request.options, request.access);
  } catch (...) {
    // Of a child that was killed late there may be a mount after all.
    if (take_down(directory)) ledger_.end(mount_at_folder(directory));
    throw;
  }
  log_info("mounted {} ({}) at {}", request.source,
           request.access == Access::read_only ? "read-only" : "read-write", directory);
  mounts_.push_back({directory, 0, request.source, "", request.access, request.type, request.options});
  return directory;
}

std::string SystemMounter::mount_image(const std::string& file, int partition) {
  const std::string image = fmt::format("{}:{}", file, partition);
  forget_unmounted();
  for (const Mount& mount : mounts_)
    if (mount.image == image) return mount.directory;
  const AttachedImage attached = attach_image(file, partition);
  std::string directory = mount({.source = attached.node});
  mounts_.back().image = image;
  return directory;
}

/// Another console may have taken a mount away, see mount_alone().
void SystemMounter::forget_unmounted() {
  std::erase_if(mounts_, [this](const Mount& mount) {
    // A server is not asked, who may not answer.
    if (mount.device == 0 || is_mount_point(mount.directory)) return false;
    rmdir(mount.directory.c_str());
    ledger_.end(mount_at_folder(mount.directory));
    return true;
  });
}

bool SystemMounter::is_removable(const std::string& node) {
  // A partition's own folder lies in its disk's.
  const std::string sys = "/sys/class/block/" + node.substr(node.rfind('/') + 1);
  return read_small_file(sys + "/removable") == "1" || read_small_file(sys + "/../removable") == "1";
}

std::optional<MountedPlace> SystemMounter::place_of(const std::string& local_path) {
  for (const Mount& mount : mounts_) {
    const bool inside = local_path == mount.directory || local_path.starts_with(mount.directory + "/");
    if (!inside) continue;
    const std::string path = local_path.substr(mount.directory.size());
    return MountedPlace{{mount.source, mount.type, mount.options, mount.access}, path.empty() ? "/" : path};
  }
  return std::nullopt;
}

std::string SystemMounter::mount_alone(const MountRequest& request) {
  MountRequest writable = request;
  writable.access = Access::read_write;
  for (const MountedFileSystem& one : mount_table())
    if (one.by_kboot && one.source == request.source) umount2(one.directory.c_str(), UMOUNT_NOFOLLOW);
  std::string directory = mount(writable);
  const auto ours = std::find_if(mounts_.begin(), mounts_.end(),
                                 [&](const Mount& mount) { return mount.directory == directory; });
  if (ours == mounts_.end() || ours->access != Access::read_write)
    fail("mount {}: in use by another program", request.source);
  return directory;
}

void SystemMounter::unmount(const std::string& directory) noexcept {
  if (umount2(directory.c_str(), UMOUNT_NOFOLLOW) != 0) return;  // in use: until release()
  rmdir(directory.c_str());
  ledger_.end(mount_at_folder(directory));
  std::erase_if(mounts_, [&](const Mount& mount) { return mount.directory == directory; });
}

void SystemMounter::release() noexcept {
  for (; !mounts_.empty(); mounts_.pop_back()) {
    const std::string& directory = mounts_.back().directory;
    if (umount2(directory.c_str(), UMOUNT_NOFOLLOW) != 0 && is_mount_point(directory)) {
      log_warning("{} is still in use, it is detached", directory);
      umount2(directory.c_str(), UMOUNT_NOFOLLOW | MNT_DETACH);
    }
    rmdir(directory.c_str());
    ledger_.end(mount_at_folder(directory));
  }
}

bool SystemMounter::is_ours(const std::string& directory) const {
  return directory.starts_with(directory_ + "/");
}

bool SystemMounter::take_down(const std::string& directory) noexcept {
  // Asked without a stat(2), for which a server may let us wait. EINVAL: nothing is mounted there.
  if (!is_ours(directory)) return true;
  if (umount2(directory.c_str(), UMOUNT_NOFOLLOW) != 0 && errno != EINVAL && errno != ENOENT) return false;
  rmdir(directory.c_str());
  return true;
}

void SystemMounter::make_clean(const std::string& directory) noexcept {
  if (!is_ours(directory)) return;
  log_warning("{} is in use as the next kernel starts", directory);
  const UniqueFd top(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (top) ::syncfs(top.get());
  if (::mount(nullptr, directory.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0) return;
  // A file is open for writing there: what writes waits for ever, and the journal is emptied.
  if (top && ::ioctl(top.get(), FIFREEZE, 0) == 0) return;
  umount2(directory.c_str(), UMOUNT_NOFOLLOW | MNT_DETACH);
}

}  // namespace kboot
