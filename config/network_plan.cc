#include "config/network_plan.h"

#include <algorithm>
#include <array>
#include <bit>

#include <arpa/inet.h>

#include <fmt/format.h>

#include "base/number.h"
#include "base/text.h"
#include "config/kboot_conf.h"

namespace kboot {
namespace {

constexpr std::string_view kPrefix = "net.";
constexpr std::string_view kSyslog = "log.syslog";
/// `net.NAME` that is about no link.
constexpr std::array<std::string_view, 5> kNotLinks = {"dns", "noproxy", "ntp", "proxy", "search"};
constexpr std::size_t kMaxLinkName = 15;  // IFNAMSIZ less the NUL
constexpr unsigned kMaxVlan = 4094;
constexpr unsigned kLeastMtu = 68;  // RFC 791
constexpr unsigned kMaxMtu = 65535;
constexpr unsigned kMaxPort = 65535;

std::optional<unsigned> number(std::string_view text, unsigned least, unsigned most) {
  const auto value = whole_number(text);
  if (!value || *value < least || *value > most) return std::nullopt;
  return static_cast<unsigned>(*value);
}

bool is_v4(const std::string& text) {
  in_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1;
}

bool is_v6(const std::string& text) {
  in6_addr address{};
  return inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool is_address(const std::string& text) {
  return is_v4(text) || is_v6(text);
}

/// `192.0.2.5/24`, `2001:db8::5/64`.
bool is_network_address(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string address(text.substr(0, slash));
  const std::string_view length = text.substr(slash + 1);
  return (is_v4(address) && number(length, 1, 32)) || (is_v6(address) && number(length, 1, 128));
}

bool is_domain(std::string_view text) {
  return !text.empty() && text.size() < 254 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  });
}

/// A name that can be a link's: it becomes part of paths and of programs' arguments.
bool is_link_name(std::string_view text) {
  return is_domain(text) && text.size() <= kMaxLinkName && text.front() != '-' && text.front() != '.';
}

/// `52:54:00:12:34:56` in lower case, whatever stands between the bytes; nothing when it is no address.
std::optional<std::string> mac_address(std::string_view text) {
  constexpr std::size_t kBytes = 6;
  std::string mac;
  for (std::size_t i = 0; i < kBytes; ++i, text.remove_prefix(std::min<std::size_t>(text.size(), 3))) {
    constexpr int kHexadecimal = 16;
    if (text.size() < 2) return std::nullopt;
    const auto byte = whole_number(text.substr(0, 2), kHexadecimal);
    if (!byte) return std::nullopt;
    if (text.size() > 2 && text[2] != ':' && text[2] != '-') return std::nullopt;
    mac += fmt::format("{}{:02x}", i == 0 ? "" : ":", *byte);
  }
  return text.empty() ? std::optional(mac) : std::nullopt;
}

/// The kernel's names: Documentation/networking/bonding.rst.
bool is_bond_mode(std::string_view mode) {
  constexpr std::array<std::string_view, 7> kModes = {
      "balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"};
  return std::find(kModes.begin(), kModes.end(), mode) != kModes.end();
}

/// How many bits of a netmask are set: of `255.255.255.0`, or of a plain length; for none, what the class of
/// the address says, as the kernel does.
std::optional<unsigned> prefix_length(const std::string& mask, const std::string& client) {
  if (mask.empty() && is_v6(client)) return 64;
  in_addr address{};
  if (mask.empty() && inet_pton(AF_INET, client.c_str(), &address) == 1) {
    const std::uint32_t first = ntohl(address.s_addr) >> 24;
    return first < 128 ? 8 : first < 192 ? 16 : 24;
  }
  if (inet_pton(AF_INET, mask.c_str(), &address) == 1) {
    const std::uint32_t bits = ntohl(address.s_addr);
    const auto length = static_cast<unsigned>(std::countl_one(bits));
    if (length != 0 && (length == 32 || bits << length == 0)) return length;
    return std::nullopt;
  }
  return number(mask, 1, is_v6(client) ? 128 : 32);
}

/// Fields between colons; an IPv6 address stands in brackets, which are taken off.
std::vector<std::string> split_fields(std::string_view text) {
  std::vector<std::string> fields;
  for (;;) {
    const bool bracketed = text.starts_with('[') && text.find(']') != std::string_view::npos;
    const std::size_t end = text.find(':', bracketed ? text.find(']') : 0);
    std::string_view field = text.substr(0, end);
    if (bracketed && field.ends_with(']')) field = field.substr(1, field.size() - 2);
    fields.emplace_back(field);
    if (end == std::string_view::npos) return fields;
    text.remove_prefix(end + 1);
  }
}

/// What an autoconf field means; nothing for a word that is none.
std::optional<LinkPlan::Method> method_of(std::string_view word) {
  constexpr std::array<std::string_view, 10> kAutomatic = {"dhcp", "on",    "any",   "both", "bootp",
                                                           "rarp", "dhcp6", "auto6", "auto", "either6"};
  if (std::find(kAutomatic.begin(), kAutomatic.end(), word) != kAutomatic.end())
    return LinkPlan::Method::automatic;
  if (word == "off" || word == "none") return LinkPlan::Method::off;
  return std::nullopt;
}

/// An assignment of kboot.conf, with its end; nothing when there is none for that value.
std::optional<std::string> setting_line(std::string_view name, std::string_view value) {
  const auto is_control = [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7f;
  };
  if (std::any_of(value.begin(), value.end(), is_control)) return std::nullopt;
  std::string line = fmt::format("{}=", name);
  line += '\'';
  for (const char c : value) {
    // Between single quotes nothing but a single quote means anything.
    if (c == '\'') line += "'\\'";
    line += c;
  }
  line += '\'';
  if (line.size() > kMaxConfLine) return std::nullopt;
  return line + "\n";
}

class Reader {
 public:
  Reader(NetworkPlan& plan, Diagnostics& diagnostics) : plan_(plan), diagnostics_(diagnostics) {}

  void read(const std::string& name, const Variable& variable) {
    variable_ = &variable;
    name_ = name;
    if (!setting_line(name, variable.value)) return complain("too long, or it holds a control character");
    if (name == "BOOTIF") return boot_interface(variable.value);
    if (name == "ip") return kernel_ip(variable.value);
    if (name == kSyslog) return syslog(variable.value);
    const std::string link = name.substr(kPrefix.size());
    if (link == "dns") plan_.dns = addresses(split_blanks(variable.value));
    if (link == "search") plan_.search = domains(split_blanks(variable.value));
    if (std::find(kNotLinks.begin(), kNotLinks.end(), link) != kNotLinks.end()) return;
    if (!is_link_name(link)) return complain("no link can have that name");
    plan_.links[link] = link_plan(split_blanks(variable.value));
  }

 private:
  void complain(const std::string& why) {
    diagnostics_.push_back(diagnostic_at(*variable_, fmt::format("{}: {}", name_, why)));
  }

  std::vector<std::string> addresses(const std::vector<std::string>& words) {
    std::vector<std::string> good;
    for (const std::string& word : words) {
      if (is_address(word))
        good.push_back(word);
      else
        complain(fmt::format("not an address: {}", printable(word)));
    }
    return good;
  }

  std::vector<std::string> domains(const std::vector<std::string>& words) {
    std::vector<std::string> good;
    for (const std::string& word : words) {
      if (is_domain(word))
        good.push_back(word);
      else
        complain(fmt::format("not a domain: {}", printable(word)));
    }
    return good;
  }

  /// `52:54:00:12:34:56` behind the hardware type that pxelinux writes: `01-52-54-00-12-34-56`.
  void boot_interface(std::string_view text) {
    constexpr std::size_t kWithType = 20;
    if (text.size() == kWithType) text.remove_prefix(3);
    plan_.boot_mac = mac_address(text);
    if (!plan_.boot_mac) complain("not a hardware address");
  }

  /// `HOST`, `HOST:PORT`, `[IPV6]:PORT`.
  void syslog(const std::string& text) {
    SyslogServer server;
    std::vector<std::string> fields = is_v6(text) ? std::vector{text} : split_fields(text);
    server.host = fields[0];
    if (fields.size() > 1) server.port = fields[1];
    if (fields.size() > 2 || !number(server.port, 1, kMaxPort) ||
        !(is_address(server.host) || is_domain(server.host)))
      return complain(fmt::format("not HOST or HOST:PORT: {}", printable_head(text, 60)));
    plan_.syslog = std::move(server);
  }

  LinkPlan link_plan(const std::vector<std::string>& words) {
    LinkPlan link;
    bool is_static = false;
    for (const std::string& word : words) {
      if (word == "dhcp" || word == "static" || word == "off") {
        link.method = word == "off" ? LinkPlan::Method::off : LinkPlan::Method::automatic;
        is_static = word == "static";
      } else if (is_network_address(word)) {
        link.addresses.push_back(word);
      } else if (!option(link, word)) {
        complain(fmt::format("not understood: {}", printable(word)));
      }
    }
    const bool off = link.method == LinkPlan::Method::off;
    if (!off && (is_static || !link.addresses.empty())) link.method = LinkPlan::Method::fixed;
    if (link.server && link.method != LinkPlan::Method::automatic) {
      complain("server= is for a link that asks by DHCP");
      link.server.reset();
    }
    if (is_static && link.addresses.empty()) complain("static, but there is no ADDRESS/LENGTH");
    return link;
  }

  bool option(LinkPlan& link, const std::string& word) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) return false;
    const std::string_view name = std::string_view(word).substr(0, equals);
    const std::string value = word.substr(equals + 1);
    const auto add_address = [&](std::vector<std::string>& to) {
      if (is_address(value)) to.push_back(value);
      return is_address(value);
    };
    if (name == "gateway") return add_address(link.gateways);
    if (name == "dns") return add_address(link.dns);
    if (name == "search" && is_domain(value)) return link.search.push_back(value), true;
    if (name == "mtu") return (link.mtu = number(value, kLeastMtu, kMaxMtu)).has_value();
    if (name == "mac") return (link.mac = mac_address(value)).has_value();
    if (name == "server" && is_v4(value)) return link.server = value, true;
    if (name == "mode" && is_bond_mode(value)) return link.bond_mode = value, true;
    if (name == "bond") return bond(link, value);
    return false;
  }

  static bool bond(LinkPlan& link, std::string_view members) {
    while (!members.empty()) {
      const std::string_view member = members.substr(0, members.find(','));
      members.remove_prefix(std::min(members.size(), member.size() + 1));
      if (!is_link_name(member)) return false;
      link.bond_members.emplace_back(member);
    }
    if (link.bond_mode.empty()) link.bond_mode = "active-backup";
    return !link.bond_members.empty();
  }

  /// `ip=CLIENT:SERVER:GATEWAY:MASK:HOST:DEVICE:AUTOCONF:DNS:DNS`, `ip=METHOD`, `ip=DEVICE:METHOD[:MTU]`.
  void kernel_ip(const std::string& text) {
    std::vector<std::string> fields = split_fields(text);
    if (const auto method = method_of(fields[0]); method && fields.size() == 1) {
      plan_.others.method = *method;
      return;
    }
    constexpr std::size_t kFields = 10;
    if (fields.size() > kFields) return complain("too many fields");
    if (const auto method = fields.size() > 1 ? method_of(fields[1]) : std::nullopt) {
      LinkPlan link{.method = *method};
      if (fields.size() > 2 && !fields[2].empty()) link.mtu = number(fields[2], kLeastMtu, kMaxMtu);
      return place(fields[0], std::move(link));
    }
    fields.resize(kFields);
    LinkPlan link;
    const std::string& client = fields[0];
    if (client.empty()) {
      link.method = method_of(fields[6]).value_or(LinkPlan::Method::automatic);
    } else {
      const auto length = prefix_length(fields[3], client);
      if (!is_address(client) || !length)
        return complain(fmt::format("not understood: {}", printable_head(text, 60)));
      link.method = LinkPlan::Method::fixed;
      link.addresses = {fmt::format("{}/{}", client, *length)};
    }
    if (!fields[2].empty()) link.gateways = addresses({fields[2]});
    for (const std::size_t dns : {7, 8})
      if (!fields[dns].empty()) link.dns.push_back(fields[dns]);
    link.dns = addresses(link.dns);
    if (is_domain(fields[4])) plan_.hostname = fields[4];
    place(fields[5], std::move(link));
  }

  /// As the kernel does, only the link that `ip=` is about is brought up; others by a line of their own.
  void place(const std::string& device, LinkPlan link) {
    if (!device.empty() && !is_link_name(device)) return complain("no link can have that name");
    plan_.others.method = LinkPlan::Method::off;
    if (device.empty())
      plan_.first = std::move(link);
    else
      plan_.links.try_emplace(device, std::move(link));
  }

  NetworkPlan& plan_;
  Diagnostics& diagnostics_;
  const Variable* variable_ = nullptr;
  std::string name_;
};

}  // namespace

bool is_network_setting(std::string_view name) {
  return name.starts_with(kPrefix) || name == kSyslog || name == "ip" || name == "BOOTIF";
}

std::optional<VlanName> vlan_name(std::string_view link) {
  const std::size_t dot = link.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return std::nullopt;
  const auto id = number(link.substr(dot + 1), 1, kMaxVlan);
  return id ? std::optional(VlanName{std::string(link.substr(0, dot)), *id}) : std::nullopt;
}

NetworkPlan read_network_plan(const Variables& variables, Diagnostics& diagnostics) {
  NetworkPlan plan;
  Reader reader(plan, diagnostics);
  // In the order of their names `ip` comes before `net.…`, which therefore wins.
  for (const auto& [name, variable] : variables.all())
    if (is_network_setting(name) && !variable.value.empty()) reader.read(name, variable);
  return plan;
}

std::string network_settings_text(const Variables& variables) {
  std::string text;
  for (const auto& [name, variable] : variables.all()) {
    if (is_network_setting(name)) text += setting_line(name, variable.value).value_or("");
  }
  return text;
}

}  // namespace kboot
