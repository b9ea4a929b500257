#include "loader/network/links.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <map>
#include <memory>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/file.h"
#include "base/number.h"
#include "base/text.h"
#include "loader/terminal/table.h"

namespace kboot {
namespace {

constexpr int kHexadecimal = 16;

/// What a file of sysfs says; 0 when that is no number.
std::uint64_t number_of(std::string_view text) {
  if (!text.starts_with("0x")) return whole_number(text).value_or(0);
  return whole_number(text.substr(2), kHexadecimal).value_or(0);
}

using Fields = std::map<std::string, std::string, std::less<>>;

/// `NAME=VALUE` lines, as kboot's own programs leave them in /run.
Fields fields_of(std::string_view text) {
  Fields fields;
  for (const std::string_view line : lines_of(text)) {
    const std::size_t equals = line.find('=');
    if (equals != std::string_view::npos)
      fields[std::string(line.substr(0, equals))] = trim(line.substr(equals + 1));
  }
  return fields;
}

/// The text that BusyBox gives as hexadecimal, for an option it does not know; empty when it is not that.
std::string unhex(std::string_view digits) {
  std::string text;
  for (; digits.size() >= 2; digits.remove_prefix(2)) {
    const auto byte = whole_number(digits.substr(0, 2), kHexadecimal);
    if (!byte) return {};
    text += static_cast<char>(*byte);
  }
  return text;
}

/// Addresses between blanks, IPv6 ones as short as they can be: BusyBox writes all their zeros.
std::string short_addresses(const std::string& text) {
  std::vector<std::string> words = split_blanks(text);
  for (std::string& word : words) {
    in6_addr address{};
    std::array<char, INET6_ADDRSTRLEN> brief{};
    if (inet_pton(AF_INET6, word.c_str(), &address) == 1 &&
        inet_ntop(AF_INET6, &address, brief.data(), brief.size()) != nullptr)
      word = brief.data();
  }
  return join(words);
}

/// What the DHCP client's script wrote, or nothing.
std::optional<Lease> lease_in(const std::string& path) {
  const std::string text = read_small_file(path);
  if (text.empty()) return std::nullopt;
  return read_lease(text);
}

LinkState read_state(const std::string& path) {
  Fields of = fields_of(read_small_file(path));
  return {of["method"], split_blanks(of["dns"]), split_blanks(of["search"]), of["server"]};
}

/// How many bits of a netmask are set.
template <typename Bytes>
int prefix_length(const Bytes& mask) {
  std::array<unsigned char, sizeof(Bytes)> bytes{};
  std::memcpy(bytes.data(), &mask, sizeof mask);
  int length = 0;
  for (const unsigned char byte : bytes) length += std::popcount(byte);
  return length;
}

/// `10.0.2.15/24`; empty for an address of another family.
std::string address_text(const ifaddrs& one) {
  if (one.ifa_addr == nullptr || one.ifa_netmask == nullptr) return {};
  std::array<char, INET6_ADDRSTRLEN> text{};
  const auto written = [&](const auto& address, const auto& mask, int family) -> std::string {
    if (inet_ntop(family, &address, text.data(), text.size()) == nullptr) return {};
    return fmt::format("{}/{}", text.data(), prefix_length(mask));
  };
  if (one.ifa_addr->sa_family == AF_INET) {
    sockaddr_in address{};
    sockaddr_in mask{};
    std::memcpy(&address, one.ifa_addr, sizeof address);
    std::memcpy(&mask, one.ifa_netmask, sizeof mask);
    return written(address.sin_addr, mask.sin_addr, AF_INET);
  }
  if (one.ifa_addr->sa_family == AF_INET6) {
    sockaddr_in6 address{};
    sockaddr_in6 mask{};
    std::memcpy(&address, one.ifa_addr, sizeof address);
    std::memcpy(&mask, one.ifa_netmask, sizeof mask);
    return written(address.sin6_addr, mask.sin6_addr, AF_INET6);
  }
  return {};
}

/// Lines of `NAME  words…`, below a link's own.
std::string detail(std::string_view name, const std::vector<std::string>& words) {
  constexpr std::size_t kRoom = 80 - 13;
  std::string text;
  std::string line;
  const auto finish = [&] {
    if (!line.empty()) text += fmt::format("    {:<7}  {}\n", text.empty() ? name : "", line);
    line.clear();
  };
  for (const std::string& word : words) {
    if (!line.empty() && line.size() + 1 + word.size() > kRoom) finish();
    line += (line.empty() ? "" : " ") + printable(word);
  }
  finish();
  return text;
}

std::string details(const Link& link) {
  std::vector<std::string> others;
  const std::string state = state_of(link);
  for (const std::string& address : link.addresses)
    if (state.find(" " + address) == std::string::npos) others.push_back(address);
  std::string text = detail("address", others);
  for (const auto& lease : {link.lease, link.lease6}) {
    if (!lease) continue;
    text += detail("router", split_blanks(lease->router));
    text += detail("dns", split_blanks(lease->dns));
    text += detail("domain", split_blanks(lease->domain));
    text += detail("name", split_blanks(lease->hostname));
    text += detail("boot", split_blanks(lease->next_server + " " + lease->boot_file));
    text += detail("pxelinux", split_blanks(lease->path_prefix + " " + lease->config_file));
    text += detail("root", split_blanks(lease->root_path));
    text += detail("ntp", split_blanks(lease->ntp));
    text += detail("mud", split_blanks(lease->mud));
  }
  text += detail("dns", link.state.dns);
  text += detail("domain", link.state.search);
  return text;
}

bool is_link_local(const std::string& address) {
  return address.starts_with("fe80:");
}

}  // namespace

Lease read_lease(std::string_view text) {
  Fields of = fields_of(text);
  Lease lease{.address = of["ip"],
              .server = of["serverid"],
              .router = of["router"],
              .dns = short_addresses(of["dns"]),
              .domain = of["search"].empty() ? of["domain"] : of["search"],
              .hostname = of["hostname"],
              .next_server = of["siaddr"].empty() ? of["tftp"] : of["siaddr"],
              .boot_file = of["bootfile"].empty() ? of["boot_file"] : of["bootfile"],
              .config_file = of["pxeconffile"],
              .path_prefix = of["pxepathprefix"],
              .root_path = of["rootpath"],
              .ntp = of["ntpsrv"],
              .mud = unhex(of["opt161"])};
  if (!of["mask"].empty()) lease.address += "/" + of["mask"];
  if (!of["ipv6"].empty()) lease.address = short_addresses(of["ipv6"]) + "/128";
  return lease;
}

LinkAddresses read_addresses() {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return {};  // a kernel without network
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, &freeifaddrs);
  LinkAddresses addresses;
  for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
    std::string text = address_text(*one);
    if (!text.empty()) addresses.emplace_back(one->ifa_name, std::move(text));
  }
  return addresses;
}

std::vector<Link> read_links(const std::string& root, const LinkAddresses& addresses) {
  const std::string folder = root + "/sys/class/net";
  std::vector<Link> links;
  for (const std::string& name : directory_names(folder)) {
    const std::string link_folder = fmt::format("{}/{}", folder, name);
    const std::string type = read_small_file(link_folder + "/type");
    if (type.empty() || number_of(type) == ARPHRD_LOOPBACK) continue;
    Link link{.name = name,
              .index = static_cast<int>(number_of(read_small_file(link_folder + "/ifindex"))),
              .mac = read_small_file(link_folder + "/address")};
    link.up = (number_of(read_small_file(link_folder + "/flags")) & IFF_UP) != 0;
    link.carrier = read_small_file(link_folder + "/carrier") == "1";
    link.state = read_state(fmt::format("{}/run/kboot/link.{}", root, name));
    link.lease = lease_in(fmt::format("{}/run/kboot/lease.{}", root, name));
    link.lease6 = lease_in(fmt::format("{}/run/kboot/lease6.{}", root, name));
    for (const auto& [of, address] : addresses)
      if (of == name) link.addresses.push_back(address);
    const bool hardware = access((link_folder + "/device").c_str(), F_OK) == 0;
    // The kernel makes some by itself: bond0.
    if (!hardware && !link.up && link.state.method.empty()) continue;
    link.wired =
        hardware && number_of(type) == ARPHRD_ETHER && access((link_folder + "/phy80211").c_str(), F_OK) != 0;
    link.asking = link.state.method == "dhcp" && link.up && link.carrier && !link.lease;
    links.push_back(std::move(link));
  }
  std::sort(links.begin(), links.end(), [](const Link& a, const Link& b) { return a.index < b.index; });
  return links;
}

std::string state_of(const Link& link) {
  if (link.state.method == "bond member") return link.carrier ? "in a bond" : "in a bond, no cable";
  if (!link.up) return "switched off";
  if (!link.carrier) return "no cable";
  if (link.lease && !link.lease->address.empty()) {
    const std::string from = link.lease->server.empty() ? "" : " from " + link.lease->server;
    return "address " + link.lease->address + from;
  }
  const auto address = std::find_if_not(link.addresses.begin(), link.addresses.end(), is_link_local);
  const bool has_v6_only = address != link.addresses.end() && address->find(':') != std::string::npos;
  if (has_v6_only && link.asking) return "address " + *address + ", asking for IPv4";
  if (address != link.addresses.end()) return "address " + *address;
  if (!link.asking) return "no address";
  return "asking " + (link.state.server.empty() ? "" : link.state.server + " ") + "for an address by DHCP";
}

std::string links_text(const std::vector<Link>& links, const std::vector<std::string>& nameservers) {
  Table table{"links", {"link", "mac", "state"}, {}};
  std::vector<std::string> below;
  for (const Link& link : links) {
    table.rows.push_back({link.name, link.mac, state_of(link)});
    below.push_back(details(link));
  }
  std::string text = table_text(table, below);
  if (!links.empty() && nameservers.empty()) text += "No server is known that looks up names.\n";
  if (!nameservers.empty()) text += fmt::format("Names are looked up at {}.\n", printable(join(nameservers)));
  return text;
}

}  // namespace kboot
