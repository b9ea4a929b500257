#include "pathfs/plain/device_contents.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/number.h"
#include "base/text.h"

namespace kboot::plain {
namespace {

/// The first bytes of a device: all that is looked at lies in them.
using Head = std::string_view;
constexpr std::size_t kHead = 4096;

bool holds(Head head, std::size_t at, std::string_view bytes) {
  return head.substr(std::min(at, head.size()), bytes.size()) == bytes;
}

unsigned byte_at(Head head, std::size_t at) {
  return at < head.size() ? static_cast<unsigned char>(head[at]) : 0;
}

/// Text that ends at a NUL or at its last byte, without blanks behind it.
std::string text_at(Head head, std::size_t at, std::size_t size) {
  std::string_view text = head.substr(std::min(at, head.size()), size);
  text = text.substr(0, text.find('\0'));
  return std::string(text.substr(0, text.find_last_not_of(' ') + 1));
}

std::string hex(Head head, std::size_t at, std::size_t size) {
  std::string digits;
  for (std::size_t i = 0; i < size; ++i) digits += fmt::format("{:02x}", byte_at(head, at + i));
  return digits;
}

std::string uuid_at(Head head, std::size_t at) {
  std::string uuid = hex(head, at, 16);
  for (const std::size_t dash : {8, 13, 18, 23}) uuid.insert(dash, 1, '-');
  return uuid;
}

/// Linux: Documentation/filesystems/ext4/super.rst.
bool read_ext(Head head, DeviceContents& contents) {
  constexpr std::size_t kSuper = 1024;
  constexpr unsigned kJournal = 0x4;    // s_feature_compat
  constexpr unsigned kExtents = 0x240;  // s_feature_incompat: extents, flexible block groups
  if (!holds(head, kSuper + 0x38, "\x53\xef")) return false;
  const unsigned incompatible = byte_at(head, kSuper + 0x60) | byte_at(head, kSuper + 0x61) << 8U;
  const bool journal = (byte_at(head, kSuper + 0x5c) & kJournal) != 0;
  contents.type = (incompatible & kExtents) != 0 ? "ext4" : journal ? "ext3" : "ext2";
  contents.uuid = uuid_at(head, kSuper + 0x68);
  contents.label = text_at(head, kSuper + 0x78, 16);
  return true;
}

/// FAT12, FAT16 and FAT32: their boot sectors say so.
bool read_fat(Head head, DeviceContents& contents) {
  const bool small = holds(head, 54, "FAT1");
  if (!small && !holds(head, 82, "FAT32")) return false;
  const std::size_t id = small ? 39 : 67;
  contents.type = "vfat";
  contents.uuid = fmt::format("{:02X}{:02X}-{:02X}{:02X}", byte_at(head, id + 3), byte_at(head, id + 2),
                              byte_at(head, id + 1), byte_at(head, id));
  contents.label = text_at(head, id + 4, 11);
  if (contents.label == "NO NAME") contents.label.clear();
  return true;
}

std::uint64_t number_at(Head head, std::size_t at, std::size_t size) {
  std::uint64_t number = 0;
  for (std::size_t i = size; i-- > 0;) number = number << 8U | byte_at(head, at + i);
  return number;
}

std::string read_at(const UniqueFd& fd, std::uint64_t at, std::size_t size) {
  std::string bytes(size, '\0');
  const ssize_t length = ::pread(fd.get(), bytes.data(), size, static_cast<off_t>(at));
  bytes.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  return bytes;
}

/// The identity of a partition in its disk's table, an MBR (`1b2c3d4e-01`) or a GPT; empty when there is
/// neither. UEFI Specification, 5.3.
std::string partuuid_of(const UniqueFd& disk, std::uint64_t number) {
  constexpr std::uint64_t kSector = 512;
  const std::string start = read_at(disk, 0, 2 * kSector);
  if (!holds(start, kSector, "EFI PART")) {
    const std::uint64_t id = holds(start, 510, "\x55\xaa") ? number_at(start, 440, 4) : 0;
    return id == 0 ? "" : fmt::format("{:08x}-{:02x}", id, number);
  }
  const std::uint64_t entries = number_at(start, kSector + 72, 8) * kSector;
  const std::uint64_t size = number_at(start, kSector + 84, 4);
  const std::string guid = read_at(disk, entries + (number - 1) * size + 16, 16);
  if (guid.size() != 16) return "";
  // The first three groups are numbers in the machine's order.
  return fmt::format("{:08x}-{:04x}-{:04x}-{}-{}", number_at(guid, 0, 4), number_at(guid, 4, 2),
                     number_at(guid, 6, 2), hex(guid, 8, 2), hex(guid, 10, 6));
}

/// What the kernel and the disk's table call a partition.
void read_partition(dev_t device, DeviceContents& contents) {
  const std::string folder = fmt::format("/sys/dev/block/{}:{}", major(device), minor(device));
  const auto field = [](const std::string& uevent, std::string_view name) {
    const std::size_t at = ("\n" + uevent).find(fmt::format("\n{}=", name));
    if (at == std::string::npos) return std::string();
    const std::size_t value = at + name.size() + 1;
    return uevent.substr(value, uevent.find('\n', value) - value);
  };
  const std::string partition = read_file_if_there(folder + "/uevent", kHead).value_or("");
  const auto number = whole_number(field(partition, "PARTN"));
  if (!number || *number == 0) return;
  contents.partlabel = field(partition, "PARTNAME");
  // sysfs has a partition's folder in that of its disk.
  const std::string disk = read_file_if_there(folder + "/../uevent", kHead).value_or("");
  const UniqueFd fd(::open(("/dev/" + field(disk, "DEVNAME")).c_str(), O_RDONLY | O_CLOEXEC));
  if (fd) contents.partuuid = partuuid_of(fd, *number);
}

}  // namespace

DeviceContents read_device_contents(const UniqueFd& fd) {
  std::string bytes(kHead, '\0');
  const ssize_t length = ::pread(fd.get(), bytes.data(), bytes.size(), 0);
  if (length < 0) fail_errno(errno, "");
  const Head head(bytes.data(), static_cast<std::size_t>(length));

  DeviceContents contents;
  contents.is_file_system = read_ext(head, contents) || read_fat(head, contents);
  if (!contents.is_file_system && holds(head, 4086, "SWAPSPACE2")) contents.type = "swap";
  if (contents.type.empty() && holds(head, 512, "EFI PART"))
    contents.partition_table = "gpt";
  else if (contents.type.empty() && holds(head, 510, "\x55\xaa"))
    contents.partition_table = "dos";
  struct stat status {};
  if (::fstat(fd.get(), &status) == 0 && S_ISBLK(status.st_mode)) read_partition(status.st_rdev, contents);
  return contents;
}

}  // namespace kboot::plain
