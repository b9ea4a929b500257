#include "loader/entries/devices.h"

#include <algorithm>
#include <initializer_list>

#include "base/number.h"

namespace kboot {
namespace {

constexpr std::string_view kDev = "/dev/";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string name_of(const std::string& node) {
  return node.starts_with(kDev) ? node.substr(kDev.size()) : node;
}

}  // namespace

PartitionName parse_partition_name(std::string_view name) {
  const auto last = std::find_if_not(name.rbegin(), name.rend(), is_digit);
  const auto digits = static_cast<std::size_t>(last - name.rbegin());
  std::string_view disk = name.substr(0, name.size() - digits);
  const auto number = whole_number(name.substr(disk.size()));
  constexpr std::uint64_t kMost = 1000;
  if (!number || *number == 0 || *number > kMost || disk.find('/') != std::string_view::npos) return {};
  // Where a disk's name ends with a digit, a `p` is between it and the number.
  if (disk.size() > 1 && disk.ends_with('p') && is_digit(disk[disk.size() - 2]))
    return {std::string(disk.substr(0, disk.size() - 1)), static_cast<int>(*number)};
  for (const std::string_view kind : {"sd", "hd", "vd", "xvd", "ps3d"}) {
    const std::string_view letters = disk.substr(std::min(kind.size(), disk.size()));
    if (disk.starts_with(kind) && !letters.empty() &&
        std::all_of(letters.begin(), letters.end(), [](char c) { return c >= 'a' && c <= 'z'; }))
      return {std::string(disk), static_cast<int>(*number)};
  }
  return {};
}

bool names_ignore_case(std::string_view type) {
  return type == "vfat" || type == "msdos" || type == "exfat" || type == "iso9660";
}

bool may_hold_sources(const BlockDevice& device) {
  static constexpr std::string_view kOthers[] = {
      "swap",   "LVM2_member",     "linux_raid_member", "crypto_LUKS", "zfs_member",
      "bcache", "ddf_raid_member", "isw_raid_member",   "BitLocker",   "swsuspend"};
  return std::find(std::begin(kOthers), std::end(kOthers), device.type) == std::end(kOthers);
}

bool is_own_medium(std::string_view label, std::string_view partlabel) {
  const auto is_one_of = [](std::string_view name, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  return is_one_of(label, {"KBOOT", "KBOOT-EFI", "KBOOT-ESP", "KBOOT-SITE"}) ||
         is_one_of(partlabel, {"kboot-esp", "kboot-site"});
}

std::vector<KnownDevice> known_devices(Mounter& mounter) {
  std::vector<KnownDevice> known;
  for (const BlockDevice& device : mounter.devices()) {
    KnownDevice one;
    one.name = name_of(device.node);
    one.uuid = device.uuid;
    one.label = device.label;
    one.partuuid = device.partuuid;
    one.partlabel = device.partlabel;
    one.type = device.type;
    if (PartitionName name = parse_partition_name(one.name); name.number > 0) {
      one.disk = std::move(name.disk);
      one.partition = name.number;
    }
    one.fixed =
        !one.name.starts_with("sr") && !one.name.starts_with("fd") && !mounter.is_removable(device.node);
    known.push_back(std::move(one));
  }
  return known;
}

}  // namespace kboot
