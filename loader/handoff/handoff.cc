#include "loader/handoff/handoff.h"

#include <array>
#include <cstdint>
#include <optional>

#include <arpa/inet.h>

#include <fmt/format.h>

#include "base/error.h"
#include "base/log.h"
#include "base/number.h"
#include "base/text.h"
#include "loader/handoff/handoffs.h"

namespace kboot {
namespace {

/// What can be a file's name in cpio's list and in a crypttab.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.front() != '.' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+_.-") ==
             std::string_view::npos;
}

bool has_network_root(const std::vector<std::string>& words) {
  bool found = false;
  for (const std::string& word : words) {
    if (word.starts_with("ip=")) return false;
    for (const std::string_view start : {"root=/dev/nfs", "root=nfs", "nfsroot=", "netroot="})
      found = found || word.starts_with(start);
  }
  return found;
}

/// The netmask of a prefix of `length` bits: `255.255.255.0`.
std::string netmask(unsigned length) {
  const in_addr mask{length == 0 ? 0 : htonl(~std::uint32_t{0} << (32 - length))};
  std::array<char, INET_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET, &mask, text.data(), text.size());
  return text.data();
}

struct Ipv4 {
  std::string address;
  std::string netmask;
};

std::optional<Ipv4> first_ipv4(const Link& link) {
  for (const std::string& text : link.addresses) {
    const std::size_t slash = text.find('/');
    in_addr address{};
    const std::string host = text.substr(0, slash);
    // inet_pton(3) takes no notice of what is behind a NUL, and a DHCP server can send one.
    if (host.find('\0') != std::string::npos) continue;
    if (slash == std::string::npos || ::inet_pton(AF_INET, host.c_str(), &address) != 1) continue;
    const auto length = whole_number(std::string_view(text).substr(slash + 1));
    if (length && *length <= 32) return Ipv4{host, netmask(static_cast<unsigned>(*length))};
  }
  return {};
}

std::string first_word(const std::string& list) {
  const std::vector<std::string> words = split_blanks(list);
  return words.empty() ? "" : words.front();
}

/// What a server said, when it is a plain word that cannot end the field it stands in.
std::string field(const std::string& text) {
  return text.find_first_of(": \t\"'") == std::string::npos ? printable(text) : "";
}

/// Only IPv4 has a place in ip=.
std::vector<std::string> ipv4_only(const std::vector<std::string>& servers) {
  std::vector<std::string> result;
  for (const std::string& server : servers)
    if (server.find(':') == std::string::npos) result.push_back(server);
  return result;
}

/// `01-52-54-00-12-34-56`: PXELINUX's way to name a card, understood by initramfs-tools and dracut.
std::string bootif(std::string mac) {
  for (char& c : mac)
    if (c == ':') c = '-';
  return "BOOTIF=01-" + mac;
}

}  // namespace

Handoff hand_keys(const std::vector<LuksKey>& keys) {
  Handoff handoff;
  for (const LuksKey& key : keys)
    for (const std::string& name : std::set<std::string>{"luks-" + key.uuid, key.name})
      if (is_plain_name(name))
        handoff.files.push_back({std::string(kKeyFolder) + name + ".key", key.key.clone(),
                                 "key of LUKS volume " + printable(key.uuid)});
  return handoff;
}

Handoff hand_network(std::string_view cmdline, const std::vector<Link>& links,
                     const std::vector<std::string>& nameservers) {
  if (!has_network_root(split_words(cmdline))) return {};
  for (const Link& link : links) {
    const std::optional<Ipv4> ipv4 = first_ipv4(link);
    if (!ipv4 || !link.up) continue;
    const Lease lease = link.lease.value_or(Lease{});
    std::vector<std::string> dns = ipv4_only(nameservers);
    dns.resize(2);
    Handoff handoff;
    // client:server:gateway:netmask:hostname:device:autoconf:dns:dns. The device is left open: names differ
    // between kernels, and BOOTIF= says it better.
    handoff.arguments.push_back(fmt::format("ip={}::{}:{}:{}::off:{}:{}", ipv4->address,
                                            field(first_word(lease.router)), ipv4->netmask,
                                            field(lease.hostname), field(dns[0]), field(dns[1])));
    if (!link.mac.empty()) handoff.arguments.push_back(bootif(link.mac));
    return handoff;
  }
  return {};
}

Handoff hand_iscsi(std::string_view cmdline, Initiator& initiator) {
  if (cmdline.find("iscsi") != std::string_view::npos) return {};
  for (const IscsiSession& session : initiator.sessions()) {
    if (session.disks.empty()) continue;
    // The firmware's table and the target choose these words: no word of theirs may become another argument.
    if (!is_iscsi_name(session.initiator) || !is_iscsi_name(session.target) ||
        !is_iscsi_server(session.server)) {
      log_warning("iSCSI target {}: not handed over, its words do not go on a command line",
                  printable(session.target));
      continue;
    }
    const std::string server =
        session.server.find(':') == std::string::npos ? session.server : "[" + session.server + "]";
    Handoff handoff;
    handoff.arguments = {"iscsi_initiator=" + session.initiator,
                         "iscsi_target_name=" + session.target,
                         "iscsi_target_ip=" + session.server,
                         fmt::format("iscsi_target_port={}", session.port),
                         "rd.iscsi.initiator=" + session.initiator,
                         fmt::format("netroot=iscsi:{}::{}:{:x}:{}", server, session.port,
                                     session.disks.front().lun, session.target)};
    if (const auto user = initiator.user_of(session.target))
      handoff.files.push_back({"etc/iscsi.initramfs",
                               SecretText(fmt::format("ISCSI_USERNAME={}\nISCSI_PASSWORD={}\n",
                                                      shell_quoted(user->name), shell_quoted(user->secret))),
                               "user for " + printable(session.target)});
    return handoff;
  }
  return {};
}

Handoff hand_log(const std::vector<KernelRecord>& records) {
  Handoff handoff;
  handoff.files.push_back({"kboot.log", SecretText(kernel_log_text(records)), "log of this boot"});
  return handoff;
}

void MemoryHandoffs::add_to(BootPlan& plan, Resolver& resolver, Network& network,
                            const std::vector<KernelRecord>& log) {
  add_handoff(plan, hand_keys(resolver.volumes().keys()));
  add_handoff(plan, hand_iscsi(plan.cmdline, resolver.initiator()));
  add_handoff(plan, hand_network(plan.cmdline, network.links(), network.nameservers()));
  if (!log.empty()) add_handoff(plan, hand_log(log));
}

}  // namespace kboot
