#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pathfs/mounter.h"

namespace kboot {

/// A folder that stands for the file system of a device: `--device NAME=DIR[,UUID=…]…`.
struct DeviceTree {
  BlockDevice device;
  std::string directory;
};

/// Reads the option's value. A comma in DIR or in a value is written `\,`. Throws Error.
DeviceTree parse_device_tree(std::string_view text);

/// A machine whose disks are folders: nothing but image files on them is mounted, and the disks of the
/// machine that it runs on do not exist.
class TreeMounter final : public Mounter {
 public:
  explicit TreeMounter(std::vector<DeviceTree> trees) : trees_(std::move(trees)) {}
  ~TreeMounter() override;
  TreeMounter(const TreeMounter&) = delete;
  TreeMounter& operator=(const TreeMounter&) = delete;

  bool is_device(std::string_view name) override;
  std::optional<std::string> find_device(std::string_view device) override;
  std::vector<std::string> device_names() override;
  std::vector<BlockDevice> devices() override;
  std::vector<BlockDevice> all_devices() override { return devices(); }
  std::vector<IdlePciDevice> idle_controllers() override { return {}; }
  std::vector<MountedFileSystem> mount_table() override { return {}; }
  bool await_change(std::chrono::milliseconds /*timeout*/) override { return false; }
  std::string mount(const MountRequest& request) override;
  /// Needs root, and leaves this process's view of mounts for one of its own: nobody else sees the image's.
  std::string mount_image(const std::string& file, int partition) override;
  bool ignores_case(const std::string& node) override;
  std::optional<MountedPlace> place_of(const std::string& /*local_path*/) override { return std::nullopt; }
  std::string mount_alone(const MountRequest& request) override;
  void unmount(const std::string& /*directory*/) noexcept override {}
  void release() noexcept override {}
  bool take_down(const std::string& /*directory*/) noexcept override { return true; }
  void make_clean(const std::string& /*directory*/) noexcept override {}

 private:
  std::vector<DeviceTree> trees_;
  std::string images_;                         ///< the folder for image files; empty: there was none
  std::map<std::string, std::string> mounts_;  ///< FILE:PARTITION, to where it is
};

/// Such a machine, of the values of `--device`. Throws Error.
std::unique_ptr<Mounter> make_tree_mounter(const std::vector<std::string>& options);

}  // namespace kboot
