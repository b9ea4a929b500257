#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kboot {

/// What a DHCP server said; empty where it said nothing. Lists are words between blanks.
struct Lease {
  std::string address;  ///< `10.0.2.15/24`, `2001:db8::15/128`
  std::string server;
  std::string router;
  std::string dns;
  std::string domain;  ///< where names without a dot are looked up: one or more
  std::string hostname;
  std::string next_server;  ///< with boot_file: what PXE would load
  std::string boot_file;
  std::string config_file;  ///< PXELINUX's configuration (RFC 5071, 5.2): a URL, or a name behind path_prefix
  std::string
      path_prefix;  ///< what PXELINUX puts before names (RFC 5071, 5.3): a URL's beginning, or a path's
  std::string root_path;
  std::string ntp;
  std::string mud;  ///< URL of a description of this device's use: RFC 8520
  bool operator==(const Lease&) const = default;
};

/// What kboot does with a link, as its supervisor wrote it (link_supervisor.h).
struct LinkState {
  std::string method;            ///< `dhcp`, `static`, `off`, `bond member`; empty: nothing
  std::vector<std::string> dns;  ///< from the configuration and from routers' advertisements
  std::vector<std::string> search;
  std::string server;  ///< the only DHCPv4 server that counts; empty: each does
};

/// A network interface, the loopback excepted.
struct Link {
  std::string name;  ///< `eth0`
  int index = 0;     ///< the kernel's number
  std::string mac;   ///< `52:54:00:12:34:56`; empty where there is none
  bool up = false;
  bool carrier = false;
  bool wired = false;  ///< Ethernet with hardware behind it
  LinkState state;
  bool asking = false;                 ///< kboot's DHCP client works on it and has no lease yet
  std::vector<std::string> addresses;  ///< `10.0.2.15/24`, `fe80::5054:ff:fe12:3456/64`
  std::optional<Lease> lease;
  std::optional<Lease> lease6;
};

/// Interfaces' addresses, with the length of the prefix.
using LinkAddresses = std::vector<std::pair<std::string, std::string>>;

/// The addresses that the kernel has now, by getifaddrs(3).
LinkAddresses read_addresses();
/// The links as sysfs below `root` has them, in the kernel's order, with their addresses and leases; one
/// without hardware counts when it is up or when kboot has made it what it is.
std::vector<Link> read_links(const std::string& root, const LinkAddresses& addresses);
/// The servers in resolv.conf(5).
std::vector<std::string> read_nameservers(const std::string& root);

/// A lease from the text that the DHCP client's script leaves: a NAME=VALUE a line, named as by BusyBox.
Lease read_lease(std::string_view text);

/// What is going on with a link, in words: `no cable`, `asking for an address by DHCP`, `address 10.0.2.15/24
/// from 10.0.2.2`.
std::string state_of(const Link& link);
/// The links for people, in 80 columns.
std::string links_text(const std::vector<Link>& links, const std::vector<std::string>& nameservers);

}  // namespace kboot
