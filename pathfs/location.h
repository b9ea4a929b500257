#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "netfetch/url.h"

namespace kboot {

// A path as the person wrote it, sorted into one of the file trees kboot knows. `path` is absolute within its
// tree: it begins with `/`, has no empty and no `.` component and no trailing `/` (unless it is `/`). It may
// hold `..`, which only a walk through the tree can take back (resolver.h: `..` never leaves the file system
// it is on).

/// `//tmp/k`: in kboot's own root, the initramfs.
struct KbootPath {
  std::string path;
  bool operator==(const KbootPath&) const = default;
};

/// `/boot/vmlinuz`: in the booted system, fstab's mounts included.
struct BootedPath {
  std::string path;
  bool operator==(const BootedPath&) const = default;
};

/// `sda6:/d/k`, `/dev/sda6:d/k`, `UUID=…:/k`, `vg/lv:/k`: on a block device.
struct DevicePath {
  std::string device;  ///< `sda6` (no `/dev/`) or a tag `UUID=…`, as find_device() takes it
  std::string path;
  bool operator==(const DevicePath&) const = default;
};

/// `server:/export/file`: NFS. IPv6 addresses stand without brackets here.
struct NfsPath {
  std::string host;
  std::string path;
  bool operator==(const NfsPath&) const = default;
};

/// `iscsi:server:proto:port:lun:target:/d/k` (RFC 4173 address, then a path).
struct IscsiPath {
  std::string address;  ///< `server:proto:port:lun:target`
  std::string path;
  bool operator==(const IscsiPath&) const = default;
};

using Location = std::variant<KbootPath, BootedPath, DevicePath, NfsPath, IscsiPath, Url>;

/// What a word names: a file somewhere, or a whole block device (`sda2`, `/dev/sda2`, `UUID=…`, without a
/// colon).
struct BlockDeviceName {
  std::string device;  ///< as in DevicePath
  bool operator==(const BlockDeviceName&) const = default;
};

/// Says whether a block device of that name (`sda6`, `vg/lv`, `mapper/x`) exists now. Never asked about tags.
using IsDevice = std::function<bool(std::string_view name)>;

/// Sorts a word into its tree (kboot.conf(5), PATHS); relative words are taken from `cwd`, which is never a
/// Url. Pure but for `is_device`. Throws Error: `no such device` for `sdz9:/k` without such a device, an
/// address that is none, an empty word, a NUL.
Location parse_location(std::string_view text, const Location& cwd, const IsDevice& is_device);

/// A whole device, when the word is a tag without colon (`UUID=…`), `/dev/NAME`, or a NAME for which
/// is_device holds.
std::optional<BlockDeviceName> parse_device(std::string_view text, const IsDevice& is_device);

/// `UUID=`, `LABEL=`, `PARTUUID=`, `PARTLABEL=` followed by something.
bool is_tag(std::string_view device);

/// A name that can only be a kernel's block device (`sd*`, `nvme*`, …): an absent one is an error, never a
/// host.
bool looks_like_device(std::string_view name);

/// The way it is written at the prompt and in `pwd`: `//`, `///tmp`, `/boot`, `/dev/sda6:/kernels`,
/// `UUID=…:/k`, `server:/kernels`, a redacted URL.
std::string to_string(const Location& location);

/// Another place in the same tree; a URL stays as it is.
Location with_path(Location location, const std::string& path);

/// `path` split at `/`, with empty and `.` components left out and `..` kept.
std::vector<std::string> path_components(std::string_view path);

}  // namespace kboot
