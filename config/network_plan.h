#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "config/variables.h"

namespace kboot {

/// What one network link is to become.
struct LinkPlan {
  enum class Method {
    automatic,  ///< DHCPv4, and IPv6 as the routers say
    fixed,      ///< the addresses below, and nothing is asked
    off
  };
  Method method = Method::automatic;
  std::vector<std::string> addresses;  ///< `192.0.2.5/24`, `2001:db8::5/64`
  std::vector<std::string> gateways;   ///< at most one of each family counts
  std::vector<std::string> dns;
  std::vector<std::string> search;
  std::optional<unsigned> mtu;            ///< bytes
  std::optional<std::string> server;      ///< IPv4: leases of other DHCP servers are refused
  std::optional<std::string> mac;         ///< the link is the one with this address, whatever it is called
  std::vector<std::string> bond_members;  ///< a bond of these links
  std::string bond_mode;                  ///< as the kernel calls it
  bool operator==(const LinkPlan&) const = default;
};

/// A VLAN's name says what it is: `eth0.5` is number 5 on eth0.
struct VlanName {
  std::string parent;
  unsigned id = 0;
};
std::optional<VlanName> vlan_name(std::string_view link);

/// Where the log goes: `log.syslog=HOST[:PORT]`.
struct SyslogServer {
  std::string host;  ///< a name or an address
  std::string port = "514";
  bool operator==(const SyslogServer&) const = default;
};

/// What is to become of all links.
struct NetworkPlan {
  std::map<std::string, LinkPlan> links;  ///< those with a line of their own
  LinkPlan others;                        ///< each wired link without one
  std::optional<LinkPlan> first;          ///< for the link in `boot_mac`, else the first with a cable
  std::optional<std::string> boot_mac;    ///< BOOTIF=: the link that kboot was loaded over
  std::vector<std::string> dns;           ///< asked before all others
  std::vector<std::string> search;
  std::optional<std::string> hostname;
  std::optional<SyslogServer> syslog;
  bool operator==(const NetworkPlan&) const = default;
};

/// The plan in the variables `net.*` and `log.syslog` (kboot.conf(5)), `ip` (the kernel's
/// Documentation/admin-guide/nfs/ nfsroot.rst, and dracut.cmdline(7)) and `BOOTIF` (pxelinux). What cannot be
/// understood is a diagnostic, and the rest counts.
NetworkPlan read_network_plan(const Variables& variables, Diagnostics& diagnostics);

/// Whether the plan depends on the variable `name`.
bool is_network_setting(std::string_view name);
/// Of the variables those that the plan is made of, as a kboot.conf. A value that a kboot.conf cannot hold is
/// left out, and read_network_plan() reports it.
std::string network_settings_text(const Variables& variables);

}  // namespace kboot
