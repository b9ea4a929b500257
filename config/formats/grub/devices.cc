#include "config/formats/grub/devices.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/number.h"
#include "config/formats/places.h"

namespace kboot {
namespace {

/// What a configuration on no known device calls its own place: a folder, or an image, whose loopback.cfg
/// takes it for `loop`.
constexpr std::string_view kOwn = "loop";

const std::string& disk_of(const KnownDevice& device) {
  return device.disk.empty() ? device.name : device.disk;
}

/// Whether the firmware would show a device as a disk: neither a volume made of others nor a CD.
bool is_disk(std::string_view name) {
  constexpr std::array<std::string_view, 8> kOthers = {"dm-", "md",  "mapper/", "loop",
                                                       "sr",  "ram", "zram",    "fd"};
  if (name.find('/') != std::string_view::npos) return false;
  return std::none_of(kOthers.begin(), kOthers.end(),
                      [&](std::string_view other) { return name.starts_with(other); });
}

/// MBR's identifiers of partitions are `xxxxxxxx-NN`, GPT's are longer.
bool is_gpt(const KnownDevice& device, bool unknown) {
  constexpr std::size_t kMbr = 11;
  return device.partuuid.empty() ? unknown : device.partuuid.size() != kMbr;
}

std::optional<unsigned> small_number(std::string_view digits) {
  constexpr std::uint64_t kLargest = 100'000;
  const auto number = whole_number(digits);
  if (!number || *number > kLargest) return {};
  return static_cast<unsigned>(*number);
}

/// `vg/lv` of `vg-lv`, where a `-` of a name is doubled; nothing without a single `-`.
std::optional<std::string> logical_volume(std::string_view name) {
  std::string result;
  bool split = false;
  for (std::size_t at = 0; at < name.size(); ++at) {
    if (name[at] != '-') {
      result += name[at];
    } else if (at + 1 < name.size() && name[at + 1] == '-') {
      result += name[at++];
    } else {
      result += '/';
      split = true;
    }
  }
  if (!split) return {};
  return result;
}

/// Hexadecimal digits alone, in small letters.
std::string bare_uuid(std::string_view uuid) {
  std::string result = lower_case(uuid);
  std::erase(result, '-');
  return result;
}

}  // namespace

GrubDevices::GrubDevices(const FilePlace& file, SourceReader& reader)
    : own_(file.device), known_(reader.devices()), gpt_(reader.efi()) {
  for (const bool fixed : {true, false})
    for (const KnownDevice& device : known_) {
      const std::string& disk = disk_of(device);
      if (device.fixed == fixed && is_disk(disk) &&
          std::find(disks_.begin(), disks_.end(), disk) == disks_.end())
        disks_.push_back(disk);
    }
}

const KnownDevice* GrubDevices::find(const std::string& device) const {
  const auto found = std::find_if(known_.begin(), known_.end(),
                                  [&](const KnownDevice& known) { return known.name == device; });
  return found == known_.end() ? nullptr : &*found;
}

std::string GrubDevices::name_of(const std::string& device) const {
  if (is_url(device)) {
    const std::size_t colon = device.find(':');
    return device.substr(0, colon) + "," + device.substr(colon + 3);
  }
  const KnownDevice* known = find(device);
  if (known == nullptr) return std::string(device == own_ ? kOwn : std::string_view(device));
  const auto disk = std::find(disks_.begin(), disks_.end(), disk_of(*known));
  if (disk == disks_.end()) return device;
  std::string name = fmt::format("hd{}", disk - disks_.begin());
  if (known->partition > 0)
    name += fmt::format(",{}{}", is_gpt(*known, gpt_) ? "gpt" : "msdos", known->partition);
  return name;
}

std::vector<std::string> GrubDevices::names() const {
  std::vector<std::string> result;
  for (const KnownDevice& device : known_) result.push_back(name_of(device.name));
  return result;
}

/// `hd0`, `hd0,gpt2`, `hd0,msdos1`, `hd0,2`.
std::optional<std::string> GrubDevices::disk(std::string_view name) const {
  const std::size_t comma = std::min(name.find(','), name.size());
  const auto number = small_number(name.substr(2, comma - 2));
  if (!number || *number >= disks_.size()) return {};
  const std::string& whole = disks_[*number];
  if (comma == name.size()) return whole;
  std::string_view partition = name.substr(comma + 1);
  partition = partition.substr(0, partition.find(','));  // a BSD label's letter has no name in Linux
  partition.remove_prefix(std::min(partition.find_first_of("0123456789"), partition.size()));
  const auto wanted = small_number(partition);
  for (const KnownDevice& known : known_)
    if (wanted && known.disk == whole && known.partition == static_cast<int>(*wanted)) return known.name;
  return {};
}

/// `http,server`, `tftp,server`, `pxe`: only for a configuration that comes from a server itself.
std::optional<std::string> GrubDevices::server(std::string_view name) const {
  if (!is_url(own_)) return {};
  const std::size_t comma = name.find(',');
  const std::string_view scheme = name.substr(0, comma);
  if (comma == std::string_view::npos) {
    if (scheme == "pxe" || scheme == "tftp" || scheme == "http") return own_;
    return {};
  }
  if (scheme == "pxe") return fmt::format("tftp://{}", name.substr(comma + 1));
  if (scheme == "http" || scheme == "https" || scheme == "tftp")
    return fmt::format("{}://{}", scheme, name.substr(comma + 1));
  return {};
}

/// `lvm/vg-lv`, `md/0`, `cryptouuid/…`.
std::optional<std::string> GrubDevices::volume(std::string_view name) const {
  if (is_url(own_)) return {};
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos || slash + 1 == name.size()) return {};
  const std::string_view kind = name.substr(0, slash);
  const std::string_view rest = name.substr(slash + 1);
  if (rest.find("..") != std::string_view::npos) return {};
  if (kind == "lvm") {
    std::optional<std::string> volume = logical_volume(rest);
    for (const std::string& other : {fmt::format("mapper/{}", rest), std::string(rest)})
      if (find(other) != nullptr) return other;
    return volume;
  }
  if (kind == "md") {
    std::string array = (small_number(rest) ? "md" : "md/") + std::string(rest);
    return array;
  }
  if (kind == "cryptouuid") {
    const std::string uuid = bare_uuid(rest);
    if (uuid.empty()) return {};
    const KnownDevice* locked = nullptr;
    for (const KnownDevice& known : known_) {
      // The opened container is mostly called after its UUID.
      if (known.name.starts_with("mapper/") && bare_uuid(known.name).find(uuid) != std::string::npos)
        return known.name;
      if (bare_uuid(known.uuid) == uuid) locked = &known;
    }
    if (locked == nullptr) return {};
    for (const KnownDevice& known : known_)
      if (known.disk == locked->name) return known.name;
    return locked->name;
  }
  return {};
}

std::optional<std::string> GrubDevices::device(std::string_view name) const {
  if (name.starts_with('(') && name.ends_with(')')) name = name.substr(1, name.size() - 2);
  if (const auto loop = loops_.find(name); loop != loops_.end()) return loop->second;
  if (name == kOwn) return own_;
  if (find(std::string(name)) != nullptr) return std::string(name);
  if (name.starts_with("cd"))
    for (const KnownDevice& known : known_)
      if (known.type == "iso9660") return known.name;
  if (name.starts_with("hd") || name.starts_with("ahci") || name.starts_with("ata")) {
    const std::size_t digit = name.find_first_of("0123456789");
    if (digit != std::string_view::npos)
      if (auto found = disk(std::string("hd").append(name.substr(digit)))) return found;
  }
  if (auto found = server(name)) return found;
  return volume(name);
}

bool GrubDevices::is_known(const std::string& device) const {
  if (device == own_ || find(device) != nullptr) return true;
  if (is_url(device)) return is_url(own_);
  return images_.contains(device);
}

void GrubDevices::add_loop(const std::string& name, const FilePlace& image) {
  // A file system in an image is as known as the device that the image lies on.
  const std::string device = device_in(image);
  if (is_known(image.device)) images_.insert(device);
  loops_[name] = device;
}

std::vector<const KnownDevice*> GrubDevices::nearest_first() const {
  // A configuration in an image belongs to the device that the image lies on.
  const KnownDevice* own = find(own_.substr(0, own_.find(":/")));
  const std::string own_disk = own == nullptr ? std::string() : disk_of(*own);
  std::vector<const KnownDevice*> result;
  for (const KnownDevice& known : known_) result.push_back(&known);
  const auto distance = [&](const KnownDevice* device) {
    if (device == own) return 0;
    return !own_disk.empty() && disk_of(*device) == own_disk ? 1 : 2;
  };
  std::stable_sort(result.begin(), result.end(),
                   [&](const KnownDevice* a, const KnownDevice* b) { return distance(a) < distance(b); });
  return result;
}

}  // namespace kboot
