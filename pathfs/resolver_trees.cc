// Resolver: which file systems a location leads to. Finds devices, and mounts.

#include <algorithm>
#include <array>

#include "base/deadline.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "pathfs/blkid_devices.h"
#include "pathfs/mount_options.h"
#include "pathfs/nfs_export.h"
#include "pathfs/resolver.h"
#include "pathfs/unknown_root.h"

namespace kboot {
namespace {

constexpr std::chrono::milliseconds kKeyPoll{100};

/// fstab's entry for a mount point; of several the last, which is what is seen after all were mounted.
const FstabEntry* entry_for(const std::vector<FstabEntry>& fstab, const std::string& target) {
  const auto entry = std::find_if(fstab.rbegin(), fstab.rend(),
                                  [&](const FstabEntry& candidate) { return candidate.target == target; });
  return entry == fstab.rend() ? nullptr : &*entry;
}

bool is_nfs(const FstabEntry& entry) {
  return entry.type.starts_with("nfs") ||
         (!entry.source.starts_with('/') && entry.source.find(":/") != std::string::npos);
}

/// Devices that have a tag in common because they are one: made of each other, or parts of the same thing.
bool is_same(const BlockDevice& one, const BlockDevice& other) {
  const auto made_of = [](const BlockDevice& device, const BlockDevice& part) {
    return std::find(device.parents.begin(), device.parents.end(), part.node) != device.parents.end();
  };
  constexpr std::array<std::string_view, 4> kOfSeveral = {"btrfs", "bcachefs", "linux_raid_member",
                                                          "zfs_member"};
  const bool parts = one.type == other.type && one.uuid == other.uuid &&
                     std::find(kOfSeveral.begin(), kOfSeveral.end(), one.type) != kOfSeveral.end();
  return parts || made_of(one, other) || made_of(other, one);
}

}  // namespace

/// The node, after all that may lie under it was activated.
std::optional<std::string> Resolver::find_or_activate(const std::string& device) {
  auto node = mounter_.find_device(device);
  while (!node && inactive_ == nullptr && may_be_volume(device) && volumes_.activate(device, booted_.access))
    node = mounter_.find_device(device);
  return node;
}

void Resolver::activate_without_key() {
  while (inactive_ == nullptr && volumes_.activate_without_key(booted_.access)) {
  }
}

std::optional<std::string> Resolver::wait_for_device(const std::string& device) {
  if (auto node = find_or_activate(device)) return node;
  if (wait_.count() <= 0) return {};
  const WaitIsEnded ended = on_wait_ ? on_wait_(device) : [] { return false; };
  const Deadline deadline = Deadline::in(wait_);
  while (!deadline.expired() && !ended()) {
    // Keys are looked for in between.
    const bool news = mounter_.await_change(std::min(kKeyPoll, deadline.remaining()));
    Interrupt::throw_if_requested();
    if (!news) continue;
    if (auto node = find_or_activate(device)) return node;
  }
  return {};
}

std::string Resolver::attach_iscsi(const IscsiAddress& address) {
  if (inactive_ != nullptr) fail("no disk of another machine is attached {}", inactive_);
  if (server_policy_ != nullptr) server_policy_->await_network(address.server);
  return initiator_.attach(address);
}

std::optional<std::string> Resolver::find_device_node(const std::string& device) {
  auto node = wait_for_device(device);
  if (node) note_ambiguous(device, *node);
  return node;
}

std::string Resolver::device_node(const std::string& device) {
  auto node = find_device_node(device);
  if (!node) fail("no such device");
  return *std::move(node);
}

/// Says once which of several devices with that tag is used.
void Resolver::note_ambiguous(const std::string& tag, const std::string& taken) {
  if (!on_note_ || !is_tag(tag) || !noted_.insert(tag).second) return;
  const std::vector<BlockDevice> devices = mounter_.devices();
  const auto own = std::find_if(devices.begin(), devices.end(),
                                [&](const BlockDevice& device) { return device.node == taken; });
  std::vector<std::string> nodes = {taken};
  for (const BlockDevice& device : devices)
    if (own != devices.end() && device.node != taken && has_tag(device, tag) && !is_same(*own, device))
      nodes.push_back(device.node);
  if (nodes.size() > 1)
    on_note_(fmt::format("{} names {}: {} is used", printable(tag), join(nodes, " and "), taken));
}

bool Resolver::has_device(std::string_view name) {
  if (mounter_.is_device(name)) return true;
  if (looks_like_device(name)) return wait_for_device(std::string(name)).has_value();
  // `vg/lv` and `mapper/root` can be no host's.
  return name.find('/') != std::string_view::npos && find_or_activate(std::string(name)).has_value();
}

FileSystem Resolver::mount_device(const std::string& device) {
  const std::string node = device_node(device);
  return {mounter_.mount({.source = node, .access = booted_.access}), node, mounter_.ignores_case(node)};
}

/// The top of a btrfs, where its sub-volumes lie, whichever of them is mounted when none is named.
FileSystem Resolver::mount_top_volume(const std::string& device) {
  const std::string node = device_node(device);
  return {mounter_.mount({.source = node, .options = "subvolid=5", .access = booted_.access}), node};
}

bool Resolver::is_btrfs(const std::string& node) {
  const std::vector<BlockDevice> devices = mounter_.devices();
  return std::any_of(devices.begin(), devices.end(), [&](const BlockDevice& device) {
    return device.node == node && device.type == "btrfs";
  });
}

FileSystem Resolver::mount_booted(const std::string& where) {
  const FstabEntry* entry = entry_for(booted_.fstab, where);
  MountRequest request{.access = booted_.access};
  if (where == "/" && booted_.device) {
    request.source = with_noun("root=" + *booted_.device, [&] { return device_node(*booted_.device); });
    // root= names the device only; how it is mounted (a sub-volume, say) is fstab's to tell if it means the
    // same one.
    if (entry != nullptr && mounter_.find_device(entry->source) != request.source) entry = nullptr;
  } else if (entry != nullptr && entry->is_bind() && where == "/") {
    fail("{} cannot be bound at /: it would lie in itself", entry->source);
  } else if (entry != nullptr && entry->is_bind()) {
    const ResolvedFile folder = with_noun(where, [&] { return resolve(BootedPath{entry->source}); });
    return {folder.local_path, folder.source};
  } else if (entry != nullptr && is_nfs(*entry)) {
    return mount_export(entry->source, entry->options);
  } else if (entry != nullptr) {
    request.source = with_noun(entry->source, [&] { return device_node(entry->source); });
  } else if (booted_.local_directory) {
    return {*booted_.local_directory, std::nullopt};
  } else {
    throw UnknownRoot();
  }
  if (entry != nullptr) {
    request.type = entry->type;
    request.options = entry->options;
  }
  return {mounter_.mount(request), request.source};
}

bool Resolver::knows_root() const {
  return booted_.device || booted_.local_directory || entry_for(booted_.fstab, "/") != nullptr;
}

/// Has the root searched that nothing names. Throws UnknownRoot.
void Resolver::take_root() {
  if (root_search_ == nullptr) throw UnknownRoot();
  if (!root_search_->take_root(*this)) throw UnknownRoot(root_search_->candidates());
}

std::vector<BootedFileSystem> Resolver::mount_booted_system() {
  if (!knows_root()) take_root();
  std::vector<BootedFileSystem> mounted = {{"/", mount_booted("/").directory, ""}};
  for (const FstabEntry& entry : booted_.fstab) {
    const bool again = std::any_of(mounted.begin(), mounted.end(),
                                   [&](const BootedFileSystem& one) { return one.target == entry.target; });
    if (again || has_option(entry_for(booted_.fstab, entry.target)->options, "noauto")) continue;
    try {
      mounted.push_back({entry.target, mount_booted(entry.target).directory, ""});
    } catch (const Cancelled&) {
      throw;
    } catch (const Error& error) {
      mounted.push_back({entry.target, "", describe(error)});
    }
  }
  return mounted;
}

FileSystem Resolver::mount_export(const std::string& source, const std::string& options) {
  if (server_policy_ != nullptr) server_policy_->await_network(parse_nfs_export(source).host);
  const MountRequest request{.source = source, .type = "nfs", .options = options, .access = booted_.access};
  return {mounter_.mount(request), source};
}

/// Which folder to mount for a file on a server: the one already mounted that it is in, else the file's own
/// (`host:/dir` for `host:/dir/file`), else the path itself, which may be an export.
std::string Resolver::export_of(const NfsPath& file) {
  std::vector<std::string> names = path_components(file.path);
  // What `..` takes back is for the walk to find out.
  names.erase(std::find(names.begin(), names.end(), ".."), names.end());
  std::string whole = "/" + join(names, "/");

  const NfsPath* known = nullptr;
  for (const NfsPath& one : exports_) {
    const bool holds =
        one.host == file.host && (one.path == "/" || whole == one.path || whole.starts_with(one.path + "/"));
    if (holds && (known == nullptr || one.path.size() > known->path.size())) known = &one;
  }
  if (known != nullptr) return known->path;

  std::vector<std::string> candidates = {whole};
  if (!names.empty()) {
    names.pop_back();
    // The root of a server is the last that it is likely to give away.
    candidates.insert(names.empty() ? candidates.end() : candidates.begin(), "/" + join(names, "/"));
  }
  for (const std::string& candidate : candidates) {
    try {
      mount_export(to_string(NfsPath{file.host, candidate}), "");
      exports_.push_back({file.host, candidate});
      return candidate;
    } catch (const NotExported&) {
      if (candidate == candidates.back()) throw;
    }
  }
  return whole;
}

Resolver::Tree Resolver::tree_of(const Location& location) {
  Tree tree = outer_tree_of(location);
  tree.files.mount_image = [this](const std::string& file, int partition) {
    return mounter_.mount_image(file, partition);
  };
  return tree;
}

/// The tree without what lies in image files.
Resolver::Tree Resolver::outer_tree_of(const Location& location) {
  if (std::holds_alternative<KbootPath>(location))
    return {{[](const std::string&) { return FileSystem{"/", std::nullopt}; }, {}, {}, {}}, "/"};
  if (std::holds_alternative<BootedPath>(location)) {
    FileTree tree{[this](const std::string& where) { return mount_booted(where); }, {}, {}, {}};
    for (const FstabEntry& entry : booted_.fstab) {
      if (entry.target == "/") continue;
      tree.mount_points.push_back(entry.target);
      // Of several entries for a place the last is seen.
      tree.binds.erase(entry.target);
      if (entry.is_bind()) tree.binds[entry.target] = entry.source;
    }
    return {std::move(tree), "/"};
  }
  if (const auto* device = std::get_if<DevicePath>(&location)) {
    // By custom the names of sub-volumes begin so.
    const bool from_top = device->path.starts_with("/@") && is_btrfs(device_node(device->device));
    return {{[this, from_top, name = device->device](const std::string&) {
               return from_top ? mount_top_volume(name) : mount_device(name);
             },
             {},
             {},
             {}},
            "/"};
  }
  if (const auto* file = std::get_if<NfsPath>(&location)) {
    const std::string directory = export_of(*file);
    const std::string source = to_string(NfsPath{file->host, directory});
    return {{[this, source](const std::string&) { return mount_export(source, ""); }, {}, {}, {}}, directory};
  }
  if (const auto* disk = std::get_if<IscsiPath>(&location)) {
    return {{[this, address = parse_iscsi_address(disk->address)](const std::string&) {
               const std::string node = attach_iscsi(address);
               return FileSystem{mounter_.mount({.source = node, .access = booted_.access}), node};
             },
             {},
             {},
             {}},
            "/"};
  }
  fail("a URL has no folders");
}

}  // namespace kboot
