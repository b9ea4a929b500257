#include "loader/entries/device_trees.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "loader/entries/devices.h"
#include "pathfs/attached_image.h"
#include "pathfs/blkid_devices.h"
#include "pathfs/location.h"
#include "pathfs/mount_options.h"

namespace kboot {
namespace {

constexpr std::string_view kDev = "/dev/";

/// The parts between commas, with `\,` taken back.
std::vector<std::string> split_commas(std::string_view text) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("\\,"))
      parts.back() += text[++i];
    else if (text[i] == ',')
      parts.emplace_back();
    else
      parts.back() += text[i];
  }
  return parts;
}

void set_tag(BlockDevice& device, const std::string& part) {
  struct Tag {
    std::string_view name;
    std::string BlockDevice::*value;
  };
  static constexpr Tag kTags[] = {{"UUID", &BlockDevice::uuid},
                                  {"LABEL", &BlockDevice::label},
                                  {"PARTUUID", &BlockDevice::partuuid},
                                  {"PARTLABEL", &BlockDevice::partlabel},
                                  {"TYPE", &BlockDevice::type}};
  const std::size_t equals = part.find('=');
  for (const Tag& tag : kTags) {
    if (equals == std::string::npos || part.substr(0, equals) != tag.name) continue;
    device.*tag.value = part.substr(equals + 1);
    return;
  }
  fail("{}: not UUID=, LABEL=, PARTUUID=, PARTLABEL= or TYPE=", printable(part));
}

bool is_folder(const std::string& directory) {
  struct stat status {};
  return ::stat(directory.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

DeviceTree parse_device_tree(std::string_view text) {
  const std::vector<std::string> parts = split_commas(text);
  const std::size_t equals = parts[0].find('=');
  std::string name = parts[0].substr(0, equals);
  if (name.starts_with(kDev)) name.erase(0, kDev.size());
  const std::vector<std::string> components = path_components(name);
  const bool is_name = !name.empty() && name.find(':') == std::string::npos &&
                       join(components, "/") == name &&
                       std::find(components.begin(), components.end(), "..") == components.end();
  if (equals == std::string::npos || !is_name || equals + 1 == parts[0].size())
    fail("{}: not NAME=DIR[,UUID=…][,LABEL=…][,PARTUUID=…][,PARTLABEL=…][,TYPE=…]", printable(text));
  DeviceTree tree;
  tree.device.node = std::string(kDev) + name;
  tree.directory = parts[0].substr(equals + 1);
  if (!is_folder(tree.directory)) fail("{}: no such directory", printable(tree.directory));
  for (std::size_t i = 1; i < parts.size(); ++i) set_tag(tree.device, parts[i]);
  if (const PartitionName partition = parse_partition_name(name); partition.number > 0)
    tree.device.parents = {std::string(kDev) + partition.disk};
  return tree;
}

std::unique_ptr<Mounter> make_tree_mounter(const std::vector<std::string>& options) {
  std::vector<DeviceTree> trees;
  for (const std::string& option : options) {
    trees.push_back(with_noun("--device", [&] { return parse_device_tree(option); }));
    for (std::size_t i = 0; i + 1 < trees.size(); ++i)
      if (trees[i].device.node == trees.back().device.node)
        fail("--device: {} is there twice", trees.back().device.node.substr(kDev.size()));
  }
  return std::make_unique<TreeMounter>(std::move(trees));
}

bool TreeMounter::is_device(std::string_view name) {
  return std::any_of(trees_.begin(), trees_.end(), [&](const DeviceTree& tree) {
    return std::string_view(tree.device.node).substr(kDev.size()) == name;
  });
}

std::optional<std::string> TreeMounter::find_device(std::string_view device) {
  if (device.starts_with(kDev)) device.remove_prefix(kDev.size());
  const bool tag = is_tag(device);
  for (const DeviceTree& tree : trees_) {
    const std::string& node = tree.device.node;
    if (tag ? has_tag(tree.device, device) : std::string_view(node).substr(kDev.size()) == device)
      return node;
  }
  return std::nullopt;
}

std::vector<std::string> TreeMounter::device_names() {
  std::vector<std::string> names;
  for (const DeviceTree& tree : trees_) names.push_back(tree.device.node.substr(kDev.size()));
  return names;
}

std::vector<BlockDevice> TreeMounter::devices() {
  std::vector<BlockDevice> devices;
  for (const DeviceTree& tree : trees_) devices.push_back(tree.device);
  return devices;
}

std::string TreeMounter::mount(const MountRequest& request) {
  for (const DeviceTree& tree : trees_) {
    if (tree.device.node != request.source) continue;
    // The folder is the top of the file system: a sub-volume is a folder in it, when it is there.
    const std::string root = root_in_file_system(request.options);
    if (root.size() > 1 && is_folder(tree.directory + root)) return tree.directory + root;
    return tree.directory;
  }
  fail("mount {}: no such device", request.source);
}

TreeMounter::~TreeMounter() {
  if (images_.empty()) return;
  for (const auto& [image, directory] : mounts_) {
    umount2(directory.c_str(), UMOUNT_NOFOLLOW | MNT_DETACH);
    rmdir(directory.c_str());
  }
  rmdir(images_.c_str());
}

std::string TreeMounter::mount_image(const std::string& file, int partition) {
  const std::string image = fmt::format("{}:{}", file, partition);
  if (const auto known = mounts_.find(image); known != mounts_.end()) return known->second;
  if (images_.empty()) {
    const auto alone = [] {
      return ::unshare(CLONE_NEWNS) == 0 && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    };
    if (!alone()) fail_errno(errno, "an image file can only be looked into by root here");
    std::string folder = (std::filesystem::temp_directory_path() / "kboot-images-XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) fail_errno(errno, folder);
    images_ = std::move(folder);
  }
  const AttachedImage attached = attach_image(file, partition);
  const std::string type = file_system_type(attached.node);
  const KernelOptions options = kernel_options("", type, Access::read_only);
  std::string directory = fmt::format("{}/{}", images_, mounts_.size());
  if (mkdir(directory.c_str(), 0700) != 0) fail_errno(errno, directory);
  mounts_[image] = directory;
  if (::mount(attached.node.c_str(), directory.c_str(), type.c_str(), options.flags, options.data.c_str()) !=
      0)
    fail_errno(errno, fmt::format("mount it as {}", printable(type)));
  return directory;
}

bool TreeMounter::ignores_case(const std::string& node) {
  return std::any_of(trees_.begin(), trees_.end(), [&](const DeviceTree& tree) {
    return tree.device.node == node && names_ignore_case(tree.device.type);
  });
}

std::string TreeMounter::mount_alone(const MountRequest& request) {
  fail("mount {}: nothing is mounted writable here", request.source);
}

}  // namespace kboot
