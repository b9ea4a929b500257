#include "loader/commands/places.h"

#include "pathfs/mount_options.h"

namespace kboot {
namespace {

/// Whether fstab's entry means this file system, and this part of it.
bool is_entry_of(const FstabEntry& entry, const MountedFileSystem& mounted, Mounter& mounter) {
  if (is_nfs_type(mounted.type)) return entry.source == mounted.source;
  const std::string root = root_in_file_system(entry.options);
  // What subvolid= means is the kernel's to know.
  if (!root.empty() && root != mounted.root) return false;
  return mounter.find_device(entry.source) == mounted.source;
}

/// What is mounted as the booted system's root: root= beats fstab, which still tells the sub-volume if it
/// means the same device.
std::optional<FstabEntry> root_entry(const BootedRoot& booted, Mounter& mounter) {
  std::optional<FstabEntry> root;
  for (const FstabEntry& entry : booted.fstab)
    if (entry.target == "/") root = entry;
  if (!booted.device) return root;
  if (root && mounter.find_device(root->source) == mounter.find_device(*booted.device)) return root;
  return FstabEntry{*booted.device, "/", "", ""};
}

}  // namespace

std::string device_name(const std::string& node) {
  constexpr std::string_view kDev = "/dev/";
  return node.starts_with(kDev) ? node.substr(kDev.size()) : node;
}

std::string place_of(const MountedFileSystem& mounted, const BootedRoot& booted, Mounter& mounter) {
  if (!mounted.by_kboot) return booted.local_directory ? mounted.directory : "/" + mounted.directory;
  if (const auto root = root_entry(booted, mounter); root && is_entry_of(*root, mounted, mounter)) return "/";
  for (const FstabEntry& entry : booted.fstab)
    if (entry.target != "/" && is_entry_of(entry, mounted, mounter)) return entry.target;
  return is_nfs_type(mounted.type) ? mounted.source : device_name(mounted.source) + ":/";
}

}  // namespace kboot
