#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include <fmt/format.h>

#include "base/number.h"
#include "base/text.h"
#include "loader/entries/machine_facts.h"

namespace kboot {
namespace {

struct DmiSetting {
  std::string_view name;
  const char* file;
};
constexpr std::array kDmiSettings = {
    DmiSetting{"uuid", "product_uuid"},       DmiSetting{"serial", "product_serial"},
    DmiSetting{"asset", "chassis_asset_tag"}, DmiSetting{"manufacturer", "sys_vendor"},
    DmiSetting{"product", "product_name"},    DmiSetting{"board-serial", "board_serial"},
};

constexpr int kIpv4Bits = 32;

bool is_ipv4(std::string_view address) {
  return address.find('.') != std::string_view::npos && address.find(':') == std::string_view::npos;
}

/// `10.0.2.15/24`, from the lease, else of the link as it was configured; empty when there is none.
std::string ipv4_address(const Link& link) {
  if (link.lease && is_ipv4(link.lease->address)) return link.lease->address;
  const auto found = std::find_if(link.addresses.begin(), link.addresses.end(), is_ipv4);
  return found == link.addresses.end() ? "" : *found;
}

/// `255.255.255.0` of `10.0.2.15/24`.
std::string netmask(const std::string& address) {
  const std::size_t slash = address.find('/');
  const auto bits = whole_number(slash == std::string::npos ? "" : address.substr(slash + 1));
  if (!bits || *bits > kIpv4Bits) return "";
  constexpr std::uint64_t kAll = 0xffffffff;
  const std::uint64_t mask = kAll << (kIpv4Bits - *bits) & kAll;
  return fmt::format("{}.{}.{}.{}", mask >> 24 & 0xff, mask >> 16 & 0xff, mask >> 8 & 0xff, mask & 0xff);
}

std::string first_word(const std::string& list) {
  return list.substr(0, list.find(' '));
}

struct LinkSetting {
  std::string_view name;
  std::string (*value)(const Link& link, const Lease& lease);
};
constexpr std::array kLinkSettings = {
    LinkSetting{"mac", [](const Link& link, const Lease&) { return link.mac; }},
    LinkSetting{"ip", [](const Link& link, const Lease&) { return ipv4_of(link); }},
    LinkSetting{"netmask", [](const Link& link, const Lease&) { return netmask(ipv4_address(link)); }},
    LinkSetting{"gateway", [](const Link&, const Lease& lease) { return first_word(lease.router); }},
    LinkSetting{"dns", [](const Link&, const Lease& lease) { return first_word(lease.dns); }},
    LinkSetting{"domain", [](const Link&, const Lease& lease) { return first_word(lease.domain); }},
    LinkSetting{"hostname", [](const Link&, const Lease& lease) { return lease.hostname; }},
    LinkSetting{"dhcp-server", [](const Link&, const Lease& lease) { return lease.server; }},
    LinkSetting{"next-server", [](const Link&, const Lease& lease) { return lease.next_server; }},
    LinkSetting{"filename", [](const Link&, const Lease& lease) { return lease.boot_file; }},
    LinkSetting{"root-path", [](const Link&, const Lease& lease) { return lease.root_path; }},
};

/// `net0` is the first wired link, `netX` and nothing the one that is in use; null when there is none.
const Link* find_link(std::string_view scope, const std::vector<Link>& links) {
  std::vector<const Link*> wired;
  for (const Link& link : links)
    if (link.wired) wired.push_back(&link);
  if (!scope.empty() && scope != "netX") {
    const auto number = scope.starts_with("net") ? whole_number(scope.substr(3)) : std::nullopt;
    return number && *number < wired.size() ? wired[static_cast<std::size_t>(*number)] : nullptr;
  }
  const auto leased = std::find_if(links.begin(), links.end(), [](const Link& link) { return link.lease; });
  if (leased != links.end()) return &*leased;
  const auto cabled =
      std::find_if(wired.begin(), wired.end(), [](const Link* link) { return link->carrier; });
  if (cabled != wired.end()) return *cabled;
  return wired.empty() ? nullptr : wired.front();
}

}  // namespace

std::string ipv4_of(const Link& link) {
  const std::string address = ipv4_address(link);
  return address.substr(0, address.find('/'));
}

std::optional<std::string> ipxe_setting(const std::string& name, MachineFacts& machine) {
  for (const DmiSetting& one : kDmiSettings) {
    if (one.name != name && fmt::format("smbios/{}", one.name) != name) continue;
    std::string value = machine.dmi(one.file);
    return value.empty() ? std::nullopt : std::optional(std::move(value));
  }
  const std::size_t slash = name.rfind('/');
  const std::string_view attribute =
      std::string_view(name).substr(slash == std::string::npos ? 0 : slash + 1);
  std::string_view scope = slash == std::string::npos ? "" : std::string_view(name).substr(0, slash);
  scope = scope.substr(0, scope.find('.'));  // net0.dhcp/ip is that link's, too
  for (const LinkSetting& one : kLinkSettings) {
    if (one.name != attribute) continue;
    const Link* link = find_link(scope, machine.links());
    if (link == nullptr) return std::nullopt;
    std::string value = one.value(*link, link->lease.value_or(Lease{}));
    return value.empty() ? std::nullopt : std::optional(std::move(value));
  }
  return std::nullopt;
}

}  // namespace kboot
