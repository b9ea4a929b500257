#include "pathfs/location.h"

#include <algorithm>
#include <array>
#include <string>

#include <arpa/inet.h>

#include "base/error.h"
#include "base/text.h"
#include "pathfs/iscsi_address.h"

namespace kboot {
namespace {

constexpr std::string_view kDev = "/dev/";
constexpr std::string_view kIscsi = "iscsi:";

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <typename... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_alphanumeric(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c);
}

/// Absolute and cleaned, as every `path` of a location is.
std::string clean_path(std::string_view path) {
  std::string clean;
  for (const std::string& component : path_components(path)) clean += "/" + component;
  return clean.empty() ? "/" : clean;
}

/// Whether `name` may be looked up below /dev: no detour by `.`, `..` or `//`.
bool is_device_name(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.back() == '/') return false;
  const std::vector<std::string> components = path_components(name);
  return join(components, "/") == name &&
         std::find(components.begin(), components.end(), "..") == components.end();
}

/// A host name or an IPv4 address.
bool is_host(std::string_view text) {
  return !text.empty() && is_alphanumeric(text.front()) && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
  });
}

/// An IPv6 address, with a zone (`fe80::1%eth0`) or without.
bool is_ipv6(std::string_view text) {
  const std::string address(text.substr(0, text.find('%')));
  in6_addr parsed{};
  return inet_pton(AF_INET6, address.c_str(), &parsed) == 1;
}

/// The device before a colon. Names of links (`disk/by-path/pci-0000:00:1f.2`) hold colons, so each colon may
/// be the one.
std::optional<Location> parse_device_path(std::string_view text, const IsDevice& is_device) {
  const bool below_dev = text.starts_with(kDev);
  const std::string_view rest = below_dev ? text.substr(kDev.size()) : text;
  for (std::size_t colon = rest.find(':'); colon != std::string_view::npos;
       colon = rest.find(':', colon + 1)) {
    const std::string_view name = rest.substr(0, colon);
    if (is_device_name(name) && is_device(name))
      return DevicePath{std::string(name), clean_path(rest.substr(colon + 1))};
  }
  const std::size_t colon = rest.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view name = rest.substr(0, colon);
  if (looks_like_device(name) || (below_dev && is_device_name(name))) fail("no such device");
  return {};
}

/// `UUID=…:/k`. The first colon ends the tag: no UUID holds one, and a label with one has to be renamed.
std::optional<Location> parse_tag_path(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || !is_tag(text.substr(0, colon))) return {};
  return DevicePath{std::string(text.substr(0, colon)), clean_path(text.substr(colon + 1))};
}

/// RFC 4173, 5, and a path. A target's name holds colons but no slash, so `:/` ends it.
Location parse_iscsi(std::string_view text) {
  const std::string_view rest = text.substr(kIscsi.size());
  std::size_t end = rest.find(":/");
  if (end == std::string_view::npos && rest.ends_with(':')) end = rest.size() - 1;
  if (end == std::string_view::npos) fail("not an iSCSI path: iscsi:SERVER:PROTOCOL:PORT:LUN:TARGET:/PATH");
  const std::string_view address = rest.substr(0, end);
  with_noun("not an iSCSI path", [&] { parse_iscsi_address(address); });
  return IscsiPath{std::string(address), clean_path(rest.substr(end + 1))};
}

/// `host:/dir/file`, `[2001:db8::1]:/dir/file`. What follows the colon is absolute, so that `a:b` stays a
/// file's name.
std::optional<Location> parse_nfs(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find("]:/");
    if (end == std::string_view::npos) return {};
    const std::string_view address = text.substr(1, end - 1);
    if (!is_ipv6(address)) fail("not an IPv6 address: {}", printable(address));
    return NfsPath{std::string(address), clean_path(text.substr(end + 2))};
  }
  const std::size_t colon = text.find(":/");
  if (colon == std::string_view::npos || !is_host(text.substr(0, colon))) return {};
  return NfsPath{std::string(text.substr(0, colon)), clean_path(text.substr(colon + 1))};
}

Location parse_relative(std::string_view text, const Location& cwd) {
  const auto below = [&](const std::string& directory) {
    return clean_path(directory + "/" + std::string(text));
  };
  return std::visit(
      Overloaded{[&](const KbootPath& at) -> Location { return KbootPath{below(at.path)}; },
                 [&](const BootedPath& at) -> Location { return BootedPath{below(at.path)}; },
                 [&](const DevicePath& at) -> Location {
                   return DevicePath{at.device, below(at.path)};
                 },
                 [&](const NfsPath& at) -> Location {
                   return NfsPath{at.host, below(at.path)};
                 },
                 [&](const IscsiPath& at) -> Location {
                   return IscsiPath{at.address, below(at.path)};
                 },
                 [&](const Url&) -> Location { fail("a relative path has no meaning at a URL"); }},
      cwd);
}

/// `name` is `prefix`, then one to three letters as the kernel counts disks (sda … sdz, sdaa …), then an
/// optional partition. The narrow form leaves `sdcard` and `vdi-server` to be hosts.
bool is_lettered_disk(std::string_view name, std::string_view prefix) {
  constexpr std::size_t kMaxLetters = 3;
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  const auto* const digits = std::find_if_not(name.begin(), name.end(), is_lower);
  const auto letters = static_cast<std::size_t>(digits - name.begin());
  return letters >= 1 && letters <= kMaxLetters && std::all_of(digits, name.end(), is_digit);
}

/// `name` is `prefix`, then a number, then perhaps a namespace and a partition: nvme0n1p2, mmcblk0p1, md127.
bool is_numbered_disk(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  for (;;) {
    if (name.empty() || !is_digit(name.front())) return false;
    name.remove_prefix(std::min(name.find_first_not_of("0123456789"), name.size()));
    if (name.empty()) return true;
    if (name.front() != 'n' && name.front() != 'p') return false;
    name.remove_prefix(1);
  }
}

}  // namespace

std::vector<std::string> path_components(std::string_view path) {
  std::vector<std::string> components;
  while (!path.empty()) {
    const std::string_view component = path.substr(0, path.find('/'));
    if (!component.empty() && component != ".") components.emplace_back(component);
    path.remove_prefix(std::min(path.size(), component.size() + 1));
  }
  return components;
}

bool is_tag(std::string_view device) {
  constexpr std::array<std::string_view, 4> kTags = {"UUID=", "LABEL=", "PARTUUID=", "PARTLABEL="};
  return std::any_of(kTags.begin(), kTags.end(), [&](std::string_view tag) {
    return device.starts_with(tag) && device.size() > tag.size();
  });
}

bool looks_like_device(std::string_view name) {
  constexpr std::array<std::string_view, 3> kLettered = {"sd", "hd", "vd"};
  constexpr std::array<std::string_view, 7> kNumbered = {"nvme", "mmcblk", "md", "dm-", "sr", "fd", "loop"};
  return std::any_of(kLettered.begin(), kLettered.end(),
                     [&](std::string_view prefix) { return is_lettered_disk(name, prefix); }) ||
         std::any_of(kNumbered.begin(), kNumbered.end(),
                     [&](std::string_view prefix) { return is_numbered_disk(name, prefix); });
}

Location parse_location(std::string_view text, const Location& cwd, const IsDevice& is_device) {
  if (text.empty()) fail("an empty path");
  if (text.find('\0') != std::string_view::npos) fail("a path with a NUL byte in it");
  if (Url::looks_like(text)) return Url::parse(text);
  if (text.starts_with("//")) return KbootPath{clean_path(text)};
  if (text.starts_with('/') && !text.starts_with(kDev)) return BootedPath{clean_path(text)};
  if (auto path = parse_tag_path(text)) return *path;
  if (text.starts_with(kIscsi)) return parse_iscsi(text);
  if (auto path = parse_device_path(text, is_device)) return *path;
  if (text.starts_with('/')) return BootedPath{clean_path(text)};
  if (auto path = parse_nfs(text)) return *path;
  return parse_relative(text, cwd);
}

std::optional<BlockDeviceName> parse_device(std::string_view text, const IsDevice& is_device) {
  if (text.find('\0') != std::string_view::npos) return {};
  const bool has_colon = text.find(':') != std::string_view::npos;
  if (is_tag(text)) return has_colon ? std::nullopt : std::make_optional(BlockDeviceName{std::string(text)});

  const bool below_dev = text.starts_with(kDev);
  const std::string_view name = below_dev ? text.substr(kDev.size()) : text;
  if (!is_device_name(name)) return {};
  if ((below_dev && !has_colon) || is_device(name)) return BlockDeviceName{std::string(name)};
  return {};
}

Location with_path(Location location, const std::string& path) {
  std::visit(
      [&](auto& at) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(at)>, Url>) at.path = path;
      },
      location);
  return location;
}

std::string to_string(const Location& location) {
  return std::visit(
      Overloaded{[](const KbootPath& at) { return at.path == "/" ? "//" : "//" + at.path; },
                 [](const BootedPath& at) {
                   // Below /dev a colon would make a device of it.
                   const bool as_device = at.path.starts_with(kDev) && at.path.find(':') != std::string::npos;
                   return as_device ? "/." + at.path : at.path;
                 },
                 [](const DevicePath& at) {
                   return (is_tag(at.device) ? at.device : std::string(kDev) + at.device) + ":" + at.path;
                 },
                 [](const NfsPath& at) {
                   const bool is_v6 = at.host.find(':') != std::string::npos;
                   return (is_v6 ? "[" + at.host + "]" : at.host) + ":" + at.path;
                 },
                 [](const IscsiPath& at) { return std::string(kIscsi) + at.address + ":" + at.path; },
                 [](const Url& url) { return url.redacted(); }},
      location);
}

}  // namespace kboot
