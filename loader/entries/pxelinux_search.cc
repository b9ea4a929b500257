#include "loader/entries/pxelinux_search.h"

#include <algorithm>
#include <string_view>

#include <arpa/inet.h>

#include <fmt/format.h>

#include "base/error.h"
#include "base/lower_case.h"
#include "config/formats/places.h"

namespace kboot {
namespace {

/// `C0A80001` of `192.168.0.1`; empty for no address.
std::string hexadecimal(const std::string& ipv4) {
  in_addr address{};
  if (::inet_pton(AF_INET, ipv4.c_str(), &address) != 1) return "";
  return fmt::format("{:08X}", ntohl(address.s_addr));
}

}  // namespace

std::vector<Link> boot_links(MachineFacts& machine) {
  std::vector<Link> links;
  for (const Link& link : machine.links())
    if (!link.mac.empty()) links.push_back(link);
  const std::string booted_from = machine.boot_mac();
  const auto rank = [&](const Link& link) {
    if (!booted_from.empty() && lower_case(link.mac) == booted_from) return 0;
    return link.up ? 1 : 2;
  };
  std::stable_sort(links.begin(), links.end(),
                   [&](const Link& one, const Link& other) { return rank(one) < rank(other); });
  return links;
}

bool is_pxelinux_folder(const std::string& path) {
  return file_name_of(clean_path(path)) == "pxelinux.cfg";
}

std::vector<std::string> pxelinux_names(MachineFacts& machine) {
  std::vector<std::string> names;
  if (const std::string uuid = lower_case(machine.dmi("product_uuid")); !uuid.empty()) names.push_back(uuid);
  const std::vector<Link> links = boot_links(machine);
  for (const Link& link : links) {
    std::string mac = lower_case(link.mac);
    std::replace(mac.begin(), mac.end(), ':', '-');
    names.push_back("01-" + mac);  // 01: Ethernet, as ARP counts hardware
  }
  for (const Link& link : links)
    for (std::string digits = hexadecimal(ipv4_of(link)); !digits.empty(); digits.pop_back())
      names.push_back(digits);
  names.emplace_back("default");
  return names;
}

FilePlace find_pxelinux_file(const FilePlace& folder, MachineFacts& machine, SourceReader& reader) {
  std::string tried;
  for (const std::string& name : pxelinux_names(machine)) {
    FilePlace file{folder.device, clean_path(folder.path + "/" + name)};
    // What cannot be asked for at all is said at once, not eleven times.
    if (reader.read_part(file, 0, 1)) return file;
    tried += (tried.empty() ? "" : ", ") + name;
  }
  fail("{}: no configuration for this machine; there is none of {}", folder.str(), tried);
}

}  // namespace kboot
