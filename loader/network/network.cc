#include "loader/network/network.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include <linux/if_addr.h>
#include <net/if.h>
#include <netdb.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/directory.h"
#include "base/file.h"
#include "base/log.h"
#include "base/number.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxRoutes = std::size_t{1} << 20;

}  // namespace

Ipv6Addresses read_ipv6_addresses(std::string_view if_inet6) {
  Ipv6Addresses addresses;
  for (const std::string_view line : lines_of(if_inet6)) {
    // Address, index, length, scope, flags, link; all hexadecimal.
    const std::vector<std::string> words = split_blanks(line);
    constexpr std::string_view kGlobal = "00";
    constexpr int kHexadecimal = 16;
    if (words.size() < 6 || words[3] != kGlobal) continue;
    const auto read = whole_number(words[4], kHexadecimal);
    if (!read) continue;
    const std::uint64_t flags = *read;
    if ((flags & IFA_F_TENTATIVE) == 0 || (flags & IFA_F_OPTIMISTIC) != 0)
      addresses.usable = true;
    else if ((flags & IFA_F_DADFAILED) == 0)
      addresses.awaited = true;
  }
  return addresses;
}

/// Whether a lease names servers that look up names, and resolv.conf, which is made of it, does not yet.
bool LinuxNetwork::awaits_nameservers() {
  if (!nameservers().empty()) return false;
  const std::vector<Link> all = links();
  const auto names_one = [](const Link& link) {
    return (link.lease && !link.lease->dns.empty()) || (link.lease6 && !link.lease6->dns.empty());
  };
  return std::any_of(all.begin(), all.end(), names_one);
}

bool LinuxNetwork::usable() {
  // In this order: a route seen before the daemon was done may be the first of several addresses.
  return settings_.done() && has_route() && !awaits_nameservers();
}

bool LinuxNetwork::reaches(const std::string& server) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(server.c_str(), nullptr, &hints, &found) != 0) return true;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> address(found, &::freeaddrinfo);
  // No datagram is sent by that: the kernel looks for a route and for an address of its own.
  const UniqueFd socket(::socket(address->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket || ::connect(socket.get(), address->ai_addr, address->ai_addrlen) == 0) return true;
  return errno != ENETUNREACH && errno != EHOSTUNREACH && errno != EADDRNOTAVAIL;
}

bool LinuxNetwork::has_route() {
  const Ipv6Addresses addresses =
      read_ipv6_addresses(read_file_if_there("/proc/net/if_inet6", kMaxRoutes).value_or(""));
  // Whoever connects to an IPv6 server now would be told that there is no address.
  if (addresses.awaited) return false;
  // A header line, then a line for each IPv4 route; the loopback has none here.
  const std::string v4 = read_file_if_there("/proc/net/route", kMaxRoutes).value_or("");
  if (std::count(v4.begin(), v4.end(), '\n') > 1) return true;
  // IPv6: link-local, multicast and loopback routes lead nowhere; the last column is the interface.
  if (!addresses.usable) return false;
  const std::string v6 = read_file_if_there("/proc/net/ipv6_route", kMaxRoutes).value_or("");
  for (const std::string_view line : lines_of(v6)) {
    if (!line.starts_with("fe80") && !line.starts_with("ff00") && !line.ends_with(" lo")) return true;
  }
  return false;
}

std::vector<Link> LinuxNetwork::links() {
  return read_links("", read_addresses());
}

std::vector<std::string> LinuxNetwork::nameservers() {
  return read_nameservers("");
}

void LinuxNetwork::configure(const Variables& settings) {
  settings_.publish(settings);
}

void LinuxNetwork::set(const std::string& name, const std::string& value) {
  settings_.publish(name, value);
}

void LinuxNetwork::down() noexcept {
  const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return;  // a kernel without network

  // Not if_nameindex(3): musl asks by netlink, which a floppy's kernel does not answer.
  for (const std::string& name : directory_names("/sys/class/net")) {
    struct ifreq request {};
    std::strncpy(request.ifr_name, name.c_str(), sizeof request.ifr_name - 1);
    if (::ioctl(socket.get(), SIOCGIFFLAGS, &request) != 0 || (request.ifr_flags & IFF_UP) == 0) continue;
    request.ifr_flags = static_cast<short>(request.ifr_flags & ~IFF_UP);
    if (::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0)
      log_warning("cannot take down {}: {}", name, std::strerror(errno));
  }
}

}  // namespace kboot
