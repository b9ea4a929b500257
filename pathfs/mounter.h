#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "pathfs/pci_devices.h"

namespace kboot {

/// What is known of a block device without mounting it; a tag that is not there is empty.
struct BlockDevice {
  std::string node;          ///< `/dev/sda6`
  std::uint64_t size = 0;    ///< bytes
  std::string type;          ///< `ext4`, `swap`, `crypto_LUKS`, … as libblkid names it
  bool partitioned = false;  ///< there is a partition table on it
  bool no_medium = false;    ///< a drive with nothing in it
  std::string label;
  std::string uuid;
  std::string partuuid;
  std::string partlabel;
  std::vector<std::string> parents;  ///< nodes it is made of: a partition's disk, the members of an array

  /// Something is on it that a path could lead to, or at least a name for it.
  bool has_contents() const { return !type.empty() || !label.empty() || !uuid.empty() || !partuuid.empty(); }
};

/// Whether a mount may write to the disk. read_only also means that no journal is replayed onto it.
enum class Access { read_only, read_write };

/// A file system that is mounted from a block device or a server.
struct MountedFileSystem {
  std::string source;  ///< device node, or NFS export `host:/dir`
  std::string type;
  std::string root;  ///< which folder of the file system is seen: `/`, `/@`
  Access access = Access::read_only;
  std::string directory;  ///< where this process sees it
  bool by_kboot = false;  ///< mounted on the way to some path, by this process or one on another console
};

/// The server is there, but not this folder of it for us; another one may be.
class NotExported : public Error {
 public:
  using Error::Error;
};

/// `nfs` and `nfs4`: what is mounted is a server's folder, not a device.
inline bool is_nfs_type(std::string_view type) {
  return type == "nfs" || type == "nfs4";
}

struct MountRequest {
  std::string source;   ///< device node, or NFS export `host:/dir`
  std::string type;     ///< file system type; empty: what libblkid finds
  std::string options;  ///< as in fstab, without ro/rw; ones for user space (x-…, nofail, noauto) are left
                        ///< out by the mounter
  Access access = Access::read_only;
};

/// A file on a file system that Mounter::mount() mounted.
struct MountedPlace {
  MountRequest request;  ///< how it was mounted
  std::string path;      ///< absolute, from its top
};

/// Finds block devices and mounts file systems. The real one is SystemMounter; tests have one on folders.
class Mounter {
 public:
  virtual ~Mounter() = default;

  /// Whether a block device `/dev/NAME` exists now (`sda6`, `vg/lv`, `mapper/x`); not for tags.
  virtual bool is_device(std::string_view name) = 0;
  /// The node of `sda6`, `/dev/sda6` or a tag (`UUID=…`, `LABEL=…`, `PARTUUID=…`, `PARTLABEL=…`), or nothing.
  virtual std::optional<std::string> find_device(std::string_view device) = 0;
  /// The names in /dev of all block devices (`sda6`, `mapper/x`), none of which is touched.
  virtual std::vector<std::string> device_names() = 0;
  /// All block devices with something on them, in the kernel's order.
  virtual std::vector<BlockDevice> devices() = 0;
  /// The same and the empty ones; no floppy drives, which take seconds to say that they are empty.
  virtual std::vector<BlockDevice> all_devices() = 0;
  /// Disk controllers that no driver has taken, whose disks are not among the devices.
  virtual std::vector<IdlePciDevice> idle_controllers() = 0;
  /// What is mounted, by whomever, oldest first.
  virtual std::vector<MountedFileSystem> mount_table() = 0;

  /// Waits until a block device may have come, gone or changed, at most `timeout` and not longer than ^C.
  /// False: none has.
  virtual bool await_change(std::chrono::milliseconds timeout) = 0;

  /// The folder under which the file system is visible: mounted once, whatever names its device is asked for
  /// by; one that somebody else mounted already is used as it is. Throws Error: `mount /dev/sda2: unknown
  /// filesystem type`; NotExported for an export that is none.
  virtual std::string mount(const MountRequest& request) = 0;
  /// The folder under which the file system in an image file is visible, read-only: mounted once. `file` is
  /// where this process can open it, `partition` as in attach_image(). Throws Error.
  virtual std::string mount_image(const std::string& /*file*/, int /*partition*/) {
    fail("nothing can look into an image file here");
  }
  /// Whether names on that device count without regard to case though the kernel that mounted it cares: a
  /// folder that stands for a FAT.
  virtual bool ignores_case(const std::string& /*node*/) { return false; }
  /// Whether the medium in it may be changed: a stick, a CD.
  virtual bool is_removable(const std::string& /*node*/) { return false; }
  /// Where a file is, given where mount() made it visible; nothing when mount() did not.
  virtual std::optional<MountedPlace> place_of(const std::string& local_path) = 0;
  /// The same as mount(), but writable, and nobody else of kboot's sees the file system meanwhile: what other
  /// consoles have mounted of it and do not use is unmounted, and mounted anew when they need it. Throws
  /// Error.
  virtual std::string mount_alone(const MountRequest& request) = 0;
  /// Unmounts what mount() or mount_alone() gave, written to the disk.
  virtual void unmount(const std::string& directory) noexcept = 0;
  /// Unmounts all that mount() mounted, last first; what is still in use is detached. Errors are logged, not
  /// thrown.
  virtual void release() noexcept = 0;

  /// Unmounts what another kboot process, or one that is no more, has mounted at `directory`; false when it
  /// is in use.
  virtual bool take_down(const std::string& directory) noexcept = 0;
  /// The last resort before the machine goes: nothing is written any more to the file system at `directory`,
  /// which is in use, and its disk is as after an unmount.
  virtual void make_clean(const std::string& directory) noexcept = 0;
};

}  // namespace kboot
