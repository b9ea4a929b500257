#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "pathfs/location.h"
#include "pathfs/mount_options.h"
#include "pathfs/mounter.h"
#include "tests/unit/fakes/temporary_folder.h"

namespace kboot::test {

/// A machine with disks that are folders.
///
///     FakeMounter mounter;
///     mounter.add({.node = "/dev/sda1", .uuid = "1111"}).write("boot/vmlinuz", "…");
class FakeMounter final : public Mounter {
 public:
  /// Plugs a disk in; the folder is what is on it. A node `server:/export` is an NFS export.
  TemporaryFolder& add(const BlockDevice& device) {
    disks_.emplace_back();
    disks_.back().device = device;
    return disks_.back().folder;
  }
  /// Plugs a disk in when it has been asked for `looks` times.
  TemporaryFolder& add_late(const BlockDevice& device, int looks) {
    TemporaryFolder& folder = add(device);
    disks_.back().looks_left = looks;
    return folder;
  }
  TemporaryFolder& disk(const std::string& node) { return find(node)->folder; }

  bool is_device(std::string_view name) override { return find_device(name).has_value(); }

  std::optional<std::string> find_device(std::string_view device) override {
    for (Disk& disk : disks_)
      if (has_name(disk.device, device) && disk.looks_left-- <= 0) return disk.device.node;
    return {};
  }

  std::vector<std::string> device_names() override {
    std::vector<std::string> names;
    for (const Disk& disk : disks_)
      names.push_back(disk.device.node.substr(std::string_view("/dev/").size()));
    return names;
  }

  std::vector<BlockDevice> devices() override {
    ++probes;
    std::vector<BlockDevice> devices;
    for (const Disk& disk : disks_)
      if (disk.device.has_contents()) devices.push_back(disk.device);
    return devices;
  }

  std::vector<BlockDevice> all_devices() override {
    std::vector<BlockDevice> devices;
    for (const Disk& disk : disks_) devices.push_back(disk.device);
    return devices;
  }

  std::vector<IdlePciDevice> idle_controllers() override { return controllers_without_driver; }

  std::vector<MountedFileSystem> mount_table() override {
    std::vector<MountedFileSystem> table = others;
    for (const MountRequest& request : mounts) {
      const Disk* disk = find(request.source);
      const std::string root = root_in_file_system(request.options);
      table.push_back({request.source, request.type.empty() ? disk->device.type : request.type,
                       root.empty() ? "/" : root, request.access, disk->folder.path(), true});
    }
    return table;
  }

  bool await_change(std::chrono::milliseconds /*timeout*/) override { return true; }

  std::string mount(const MountRequest& request) override {
    if (const auto failure = failures.find(request.source); failure != failures.end())
      with_noun("mount " + request.source, [&] { throw Error(failure->second); });
    const Disk* disk = find(request.source);
    if (disk == nullptr && is_nfs_type(request.type))
      throw NotExported("mount " + request.source + ": the server has no such folder");
    if (disk == nullptr) fail("mount {}: no such disk in this test", request.source);
    const auto same = [&](const MountRequest& done) { return done.source == request.source; };
    if (std::none_of(mounts.begin(), mounts.end(), same)) mounts.push_back(request);
    return disk->folder.path();
  }

  /// Puts a file system into a file, whose path in this process is `file`; the folder is what is in it.
  TemporaryFolder& add_image(const std::string& file, int partition = 0) {
    return images_[fmt::format("{}:{}", file, partition)];
  }
  std::string mount_image(const std::string& file, int partition) override {
    const auto image = images_.find(fmt::format("{}:{}", file, partition));
    if (image == images_.end()) fail("no file system is in this file");
    return image->second.path();
  }

  std::optional<MountedPlace> place_of(const std::string& local_path) override {
    for (const MountRequest& request : mounts) {
      const std::string& folder = find(request.source)->folder.path();
      if (local_path != folder && !local_path.starts_with(folder + "/")) continue;
      const std::string path = local_path.substr(folder.size());
      return MountedPlace{request, path.empty() ? "/" : path};
    }
    return std::nullopt;
  }

  std::string mount_alone(const MountRequest& request) override {
    MountRequest writable = request;
    writable.access = Access::read_write;
    const std::string folder = mount(writable);
    written.push_back(request.source);
    return folder;
  }

  void unmount(const std::string& directory) noexcept override {
    std::erase_if(mounts,
                  [&](const MountRequest& one) { return find(one.source)->folder.path() == directory; });
  }

  void release() noexcept override {
    mounts.clear();
    ++releases;
    if (meanwhile) meanwhile();
  }

  bool take_down(const std::string& directory) noexcept override {
    if (busy.contains(directory)) return false;
    taken_down.push_back(directory);
    return true;
  }
  void make_clean(const std::string& directory) noexcept override { made_clean.push_back(directory); }

  std::set<std::string> busy;           ///< folders that cannot be unmounted
  std::vector<std::string> taken_down;  ///< other processes' folders
  std::vector<std::string> made_clean;

  /// The nodes that are mounted, in the order in which they were.
  std::vector<std::string> mounted() const {
    std::vector<std::string> nodes;
    for (const MountRequest& request : mounts) nodes.push_back(request.source);
    return nodes;
  }

  std::vector<IdlePciDevice> controllers_without_driver;
  std::vector<MountRequest> mounts;             ///< what is mounted, each disk once
  std::vector<std::string> written;             ///< nodes that were mounted to be written to
  std::vector<MountedFileSystem> others;        ///< what is mounted, but not by kboot
  std::map<std::string, std::string> failures;  ///< node -> why it cannot be mounted
  std::function<void()> meanwhile;              ///< happens in release()
  int releases = 0;
  int probes = 0;  ///< how often all disks were looked into

 private:
  struct Disk {
    BlockDevice device;
    TemporaryFolder folder;
    int looks_left = 0;
  };

  static bool has_name(const BlockDevice& disk, std::string_view name) {
    if (!is_tag(name)) return disk.node == (name.starts_with("/dev/") ? "" : "/dev/") + std::string(name);
    return name == "UUID=" + disk.uuid || name == "LABEL=" + disk.label ||
           name == "PARTUUID=" + disk.partuuid || name == "PARTLABEL=" + disk.partlabel;
  }

  Disk* find(const std::string& node) {
    for (Disk& disk : disks_)
      if (disk.device.node == node) return &disk;
    return nullptr;
  }

  std::map<std::string, TemporaryFolder> images_;
  std::deque<Disk> disks_;  ///< never moved: tests hold references to the folders
};

}  // namespace kboot::test
