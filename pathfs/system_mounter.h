#pragma once

#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "pathfs/ledger.h"
#include "pathfs/mounter.h"
#include "pathfs/nfs.h"
#include "pathfs/uevents.h"

namespace kboot {

/// The real Mounter. libblkid finds, libmount reads options and the mount table (or readers of our own, see
/// chosen.cc), mount(2) mounts: libmount's own mounting would start helpers (/sbin/mount.*), set up loop
/// devices and write tables, each to be switched off one by one, and hides errno.
class SystemMounter final : public Mounter {
 public:
  /// `directory` is where mount points are made (`/run/kboot/mnt`), when the first is needed. All mounts are
  /// in `ledger`.
  SystemMounter(std::string directory, Ledger& ledger, std::unique_ptr<NfsClient> nfs = make_nfs_client());
  ~SystemMounter() override;
  SystemMounter(const SystemMounter&) = delete;
  SystemMounter& operator=(const SystemMounter&) = delete;

  bool is_device(std::string_view name) override;
  std::optional<std::string> find_device(std::string_view device) override;
  std::vector<std::string> device_names() override;
  std::vector<BlockDevice> devices() override;
  std::vector<BlockDevice> all_devices() override;
  std::vector<IdlePciDevice> idle_controllers() override { return idle_pci_devices(kDiskController); }
  std::vector<MountedFileSystem> mount_table() override;
  bool await_change(std::chrono::milliseconds timeout) override { return uevents_.await(timeout); }
  std::string mount(const MountRequest& request) override;
  std::string mount_image(const std::string& file, int partition) override;
  bool is_removable(const std::string& node) override;
  std::optional<MountedPlace> place_of(const std::string& local_path) override;
  std::string mount_alone(const MountRequest& request) override;
  void unmount(const std::string& directory) noexcept override;
  void release() noexcept override;
  bool take_down(const std::string& directory) noexcept override;
  void make_clean(const std::string& directory) noexcept override;

 private:
  struct Mount {
    std::string directory;
    dev_t device = 0;  ///< 0 for NFS
    std::string source;
    std::string
        contents;  ///< which part of the file system is seen: a sub-volume's path, or options that select one
    Access access = Access::read_only;
    std::string type;     ///< as asked for
    std::string options;  ///< as asked for
    std::string image;    ///< the file that is mounted, and its partition's number; empty: a device is
  };

  void forget_unmounted();
  std::string make_mount_point(const std::string& source);
  std::string mount_device(const MountRequest& request);
  std::string mount_export(const MountRequest& request);
  bool is_ours(const std::string& directory) const;

  std::string directory_;
  Ledger& ledger_;
  std::unique_ptr<NfsClient> nfs_;
  Uevents uevents_;
  std::vector<Mount> mounts_;  ///< ours, oldest first
};

}  // namespace kboot
