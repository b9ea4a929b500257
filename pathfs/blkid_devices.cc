#include "pathfs/blkid_devices.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <linux/cdrom.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/number.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "pathfs/device_contents.h"

namespace kboot {
namespace {

constexpr unsigned kFloppyMajor = 2;  // Linux: Documentation/admin-guide/devices.txt
constexpr unsigned kCdMajor = 11;
constexpr std::string_view kDev = "/dev/";

/// O_NONBLOCK: a drive without medium is no reason to wait.
UniqueFd open_device(const std::string& node) {
  return UniqueFd(open(node.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
}

/// Undoes udev's escapes in the names of its links: `\x20`.
std::string unescape(std::string_view name) {
  constexpr std::size_t kEscape = 4;
  std::string text;
  while (!name.empty()) {
    unsigned char byte = 0;
    const char* const digits = name.data() + 2;
    if (name.size() >= kEscape && name.starts_with("\\x") &&
        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      text += static_cast<char>(byte);
      name.remove_prefix(kEscape);
    } else {
      text += name.front();
      name.remove_prefix(1);
    }
  }
  return text;
}

/// The name of udev's link in `/dev/disk/KIND` that points to the device, or nothing.
std::string udev_name(const std::string& kind, dev_t device) {
  const std::string folder = "/dev/disk/" + kind;
  const DirectoryStream directory(opendir(folder.c_str()));
  if (!directory) return {};
  while (const dirent* entry = readdir(directory.get())) {
    struct stat status {};
    if (fstatat(dirfd(directory.get()), entry->d_name, &status, 0) == 0 && S_ISBLK(status.st_mode) &&
        status.st_rdev == device)
      return unescape(entry->d_name);
  }
  return {};
}

void read_udev_links(BlockDevice& device, dev_t number) {
  device.uuid = udev_name("by-uuid", number);
  device.label = udev_name("by-label", number);
  device.partuuid = udev_name("by-partuuid", number);
  device.partlabel = udev_name("by-partlabel", number);
}

void read_contents(BlockDevice& device, const UniqueFd& fd) {
  DeviceContents contents = read_device_contents(fd);
  device.partuuid = std::move(contents.partuuid);
  device.partlabel = std::move(contents.partlabel);
  device.partitioned = !contents.partition_table.empty();
  device.type = std::move(contents.type);
  device.label = std::move(contents.label);
  device.uuid = std::move(contents.uuid);
}

/// Whether a CD drive has no disc in it, or its tray is open. Asked, it says so at once; read, it may try for
/// seconds.
bool is_empty_drive(const UniqueFd& fd) {
  const int status = ioctl(fd.get(), CDROM_DRIVE_STATUS, CDSL_CURRENT);
  return status == CDS_NO_DISC || status == CDS_TRAY_OPEN;
}

/// The kernel's name of a device as it is in /dev: sysfs cannot have a slash in it (cciss!c0d0).
std::string node_name(std::string name) {
  std::replace(name.begin(), name.end(), '!', '/');
  return name;
}

/// A line of /proc/partitions: `   8        1     102400 sda1`.
struct Partition {
  dev_t number = 0;
  std::uint64_t size = 0;  ///< bytes
  std::string name;
};

/// Whether a loop device goes with its mount, as those of image files do (attached_image.h): a path through
/// the image leads there. Linux: loop_attr_autoclear_show() in drivers/block/loop.c. A partition's folder
/// lies in its device's.
bool is_attached_image(const std::string& name) {
  if (!name.starts_with("loop")) return false;
  const std::string sys = "/sys/class/block/" + name;
  return read_small_file(sys + "/loop/autoclear") == "1" ||
         read_small_file(sys + "/../loop/autoclear") == "1";
}

/// All block devices with a medium, in the order in which the kernel found them. Floppies are left out: such
/// a drive takes seconds to say that it is empty. It can still be named. So are attached images.
std::vector<Partition> partitions() {
  constexpr std::size_t kMaxPartitions = std::size_t{4} << 20;
  constexpr std::size_t kFields = 4;
  std::vector<Partition> all;
  const std::string text = read_file_if_there("/proc/partitions", kMaxPartitions).value_or("");
  for (const std::string_view line : lines_of(text)) {
    const std::vector<std::string> fields = split_blanks(line);
    if (fields.size() != kFields) continue;
    const auto major = whole_number(fields[0]);
    const auto minor = whole_number(fields[1]);
    const auto kibibytes = whole_number(fields[2]);
    if (!major || !minor || !kibibytes || *major == kFloppyMajor) continue;
    Partition partition{makedev(*major, *minor), *kibibytes * 1024, node_name(fields[3])};
    if (!is_attached_image(partition.name)) all.push_back(std::move(partition));
  }
  return all;
}

/// The nodes of the devices that this one is made of. Linux: Documentation/ABI/testing/sysfs-block.
std::vector<std::string> parents_of(dev_t number) {
  const std::string device = fmt::format("/sys/dev/block/{}:{}", major(number), minor(number));
  std::vector<std::string> names = directory_names(device + "/slaves");
  if (names.empty() && !read_small_file(device + "/partition").empty()) {
    // sysfs has a partition's folder in that of its disk.
    const std::unique_ptr<char, decltype(&std::free)> disk(realpath((device + "/..").c_str(), nullptr),
                                                           &std::free);
    if (disk) names.push_back(std::string(disk.get()).substr(std::string(disk.get()).rfind('/') + 1));
  }
  std::vector<std::string> nodes;
  nodes.reserve(names.size());
  for (std::string& name : names) nodes.push_back(canonical_node("/dev/" + node_name(std::move(name))));
  return nodes;
}

}  // namespace

std::string canonical_node(const std::string& node) {
  constexpr std::string_view kDeviceMapper = "/dev/dm-";
  const std::unique_ptr<char, decltype(&std::free)> resolved(realpath(node.c_str(), nullptr), &std::free);
  std::string canonical = resolved ? resolved.get() : node;
  if (!canonical.starts_with(kDeviceMapper)) return canonical;

  // Empty also for a device that is going away while it is looked at.
  const std::string name = read_small_file("/sys/block/" + canonical.substr(kDev.size()) + "/dm/name");
  if (name.empty()) return canonical;
  const std::string mapped = "/dev/mapper/" + name;
  struct stat by_number {};
  struct stat by_name {};
  if (stat(canonical.c_str(), &by_number) != 0 || stat(mapped.c_str(), &by_name) != 0) return canonical;
  return by_number.st_rdev == by_name.st_rdev ? mapped : canonical;
}

namespace {

/// What is on it; a device that cannot be read has nothing known on it. Throws Error: why it cannot be read.
void look_into(BlockDevice& device, const Partition& partition) {
  const UniqueFd fd = open_device(device.node);
  if (fd && major(partition.number) == kCdMajor) device.no_medium = is_empty_drive(fd);
  if (device.no_medium)
    device.size = 0;  // the kernel's is that of the last disc
  else if (fd)
    read_contents(device, fd);
  else if (errno == EACCES || errno == EPERM)
    read_udev_links(device, partition.number);
}

BlockDevice outside_of(const Partition& partition) {
  BlockDevice device{.node = canonical_node("/dev/" + partition.name), .size = partition.size};
  device.parents = parents_of(partition.number);
  return device;
}

}  // namespace

void visit_block_devices(const std::function<bool(const BlockDevice&)>& visit) {
  for (const Partition& partition : partitions()) {
    Interrupt::throw_if_requested();
    BlockDevice device = outside_of(partition);
    try {
      look_into(device, partition);
    } catch (const Error&) {
      // A disk that cannot be read must not hide the ones that can.
    }
    if (!visit(device)) return;
  }
}

std::optional<BlockDevice> read_block_device(const std::string& node) {
  for (const Partition& partition : partitions()) {
    if (canonical_node("/dev/" + partition.name) != node) continue;
    BlockDevice device = outside_of(partition);
    look_into(device, partition);
    return device;
  }
  return std::nullopt;
}

std::vector<std::string> block_device_names() {
  std::vector<std::string> names;
  for (const Partition& partition : partitions()) {
    // A link in /dev may lead out of it: then the device has the kernel's name.
    const std::string node = canonical_node("/dev/" + partition.name);
    names.push_back(node.starts_with(kDev) ? node.substr(kDev.size()) : partition.name);
  }
  return names;
}

std::string file_system_type(const std::string& node) {
  const UniqueFd fd = open_device(node);
  if (!fd) fail_errno(errno, "");
  const DeviceContents contents = read_device_contents(fd);
  const std::string& type = contents.type;
  if (contents.ambiguous) fail("there are traces of several file systems on it, and the type is not given");
  if (!type.empty() && !contents.is_file_system) fail("no file system, but {}", printable(type));
  if (type.empty() && !contents.partition_table.empty())
    fail("no file system, but a partition table ({})", printable(contents.partition_table));
  if (type.empty()) fail("no file system found");
  // The kernel's old driver of that name was never able to do much.
  return type == "ntfs" ? "ntfs3" : type;
}

bool has_tag(const BlockDevice& device, std::string_view tag) {
  const std::size_t equals = tag.find('=');
  if (equals == std::string_view::npos || equals + 1 == tag.size()) return false;
  const std::string_view name = tag.substr(0, equals);
  const std::string_view value = tag.substr(equals + 1);
  const auto same_uuid = [&](const std::string& uuid) {
    return uuid.size() == value.size() && strncasecmp(uuid.data(), value.data(), value.size()) == 0;
  };
  if (name == "UUID") return same_uuid(device.uuid);
  if (name == "PARTUUID") return same_uuid(device.partuuid);
  if (name == "LABEL") return device.label == value;
  return name == "PARTLABEL" && device.partlabel == value;
}

}  // namespace kboot
