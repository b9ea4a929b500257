#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace kboot {

/// Where a file of a boot source lies: a device's name (`sda1`), a folder of the path language (`/mnt/disk`),
/// the file system in an image file (`sda1:/x.iso:`) or a server (`http://server`), and an absolute path on
/// it.
struct FilePlace {
  std::string device;
  std::string path;

  /// A word of the path language: `sda1:/vmlinuz`, `/mnt/disk/vmlinuz`, `http://server/vmlinuz`.
  std::string str() const;
  bool operator==(const FilePlace&) const = default;
};

/// A device of this machine as a configuration may look for it: an empty text is not known.
struct KnownDevice {
  std::string name;  ///< `sda1`
  std::string uuid;
  std::string label;
  std::string partuuid;
  std::string partlabel;
  std::string type;   ///< the file system's: `ext4`, `vfat`, `iso9660`
  std::string disk;   ///< the whole disk that it is a partition of: `sda`; empty: it is none
  int partition = 0;  ///< the partition's number, from 1; 0: it is none
  bool fixed = true;  ///< neither removable nor on USB
};

/// What a parser sees of the outside: the files of this machine's disks, or of a server, read-only. A parser
/// asks for nothing else, so a test hands it texts.
class SourceReader {
 public:
  enum class Kind { none, file, folder };

  virtual ~SourceReader() = default;
  /// What lies there; none also for a device that does not exist or cannot be read.
  virtual Kind kind(const FilePlace& place) = 0;
  /// A file's contents, nothing when it is not there. Throws Error when it cannot be read or is larger than
  /// `limit` bytes.
  virtual std::optional<std::string> read(const FilePlace& place, std::size_t limit) = 0;
  /// The bytes of a file from `offset` on, at most `length`; nothing when it is not there. Throws Error.
  virtual std::optional<std::string> read_part(const FilePlace& place, std::size_t offset,
                                               std::size_t length);
  /// The bytes of a file; 0 for whatever is none.
  virtual std::size_t size(const FilePlace& place) = 0;
  /// The names in a folder, sorted by their bytes; empty for whatever is none.
  virtual std::vector<std::string> names(const FilePlace& folder) = 0;
  /// The devices of this machine, in the kernel's order; none for a configuration of a server.
  virtual const std::vector<KnownDevice>& devices() = 0;
  /// Whether the firmware is UEFI.
  virtual bool efi() = 0;
  /// The name of the entry that systemd-boot started last on this machine, `debian.conf`; nothing when it is
  /// not known.
  virtual std::optional<std::string> last_booted() { return {}; }
  /// A setting of iPXE as this machine has it, `net0/mac` say; nothing when it has none.
  virtual std::optional<std::string> setting(const std::string& /*name*/) { return {}; }
};

/// The largest configuration that is read, in bytes.
inline constexpr std::size_t kMaxSourceFile = std::size_t{4} << 20;

/// The text of a boot source. Throws Error when the file is not there, cannot be read or is larger than
/// `limit` bytes.
std::string read_source(const FilePlace& file, SourceReader& reader, std::size_t limit = kMaxSourceFile);

}  // namespace kboot
