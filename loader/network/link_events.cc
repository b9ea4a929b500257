#include "loader/network/link_events.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include <arpa/inet.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "base/error.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxMessage = 32768;  // what the kernel puts into one datagram

// From net/if_inet6.h of the kernel, which are in no header for programs.
constexpr std::uint32_t kManaged = 0x40;    // IF_RA_MANAGED
constexpr std::uint32_t kOtherConf = 0x80;  // IF_RA_OTHERCONF

constexpr unsigned char kRdnss = 25;  // RFC 8106, 5.1
constexpr unsigned char kDnssl = 31;  // RFC 8106, 5.2
constexpr std::size_t kUnit = 8;      // bytes that an option's length counts

/// Copies a header off the front of `bytes`, and with it what pads it; nothing when they are too short.
template <typename Header>
std::optional<Header> take(std::string_view& bytes) {
  if (bytes.size() < sizeof(Header)) return std::nullopt;
  Header header{};
  std::memcpy(&header, bytes.data(), sizeof header);
  bytes.remove_prefix(std::min(bytes.size(), static_cast<std::size_t>(NLMSG_ALIGN(sizeof header))));
  return header;
}

struct Attribute {
  unsigned type = 0;
  std::string_view value;
};

/// The attribute at the front of `bytes`, taken off.
std::optional<Attribute> take_attribute(std::string_view& bytes) {
  const std::string_view whole = bytes;
  const auto header = take<rtattr>(bytes);
  if (!header || header->rta_len < sizeof(rtattr) || header->rta_len > whole.size()) return std::nullopt;
  bytes = whole.substr(std::min(whole.size(), static_cast<std::size_t>(RTA_ALIGN(header->rta_len))));
  return Attribute{static_cast<unsigned>(header->rta_type & NLA_TYPE_MASK),
                   whole.substr(sizeof(rtattr), header->rta_len - sizeof(rtattr))};
}

std::optional<std::string_view> find_attribute(std::string_view bytes, unsigned type) {
  while (const auto attribute = take_attribute(bytes))
    if (attribute->type == type) return attribute->value;
  return std::nullopt;
}

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data(), sizeof value);
  return ntohl(value);
}

/// RTM_NEWLINK of AF_INET6: the flags of the last advertisement.
std::optional<RouterNews> read_flags(const ifinfomsg& link, std::string_view attributes) {
  const auto protocol = find_attribute(attributes, IFLA_PROTINFO);
  const auto flags = protocol ? find_attribute(*protocol, IFLA_INET6_FLAGS) : std::nullopt;
  std::uint32_t bits = 0;
  if (!flags || flags->size() != sizeof bits) return std::nullopt;
  std::memcpy(&bits, flags->data(), sizeof bits);
  RouterNews news{.index = link.ifi_index, .flags = RouterNews::Flags::none};
  if ((bits & kOtherConf) != 0) news.flags = RouterNews::Flags::other;
  if ((bits & kManaged) != 0) news.flags = RouterNews::Flags::managed;
  return news;
}

/// Names as DNS packs them (RFC 1035, 3.1), zeros behind them.
std::vector<std::string> read_domains(std::string_view bytes) {
  std::vector<std::string> domains;
  std::string domain;
  while (!bytes.empty()) {
    const auto length = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    if (length > bytes.size()) break;
    if (length == 0) {
      if (domain.empty()) break;
      domains.push_back(std::move(domain));
      domain.clear();
      continue;
    }
    domain += (domain.empty() ? "" : ".") + std::string(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  return domains;
}

/// RTM_NEWNDUSEROPT: an option that the kernel does nothing with.
std::optional<RouterNews> read_option(const nduseroptmsg& message, std::string_view bytes) {
  constexpr std::size_t kHeader = 8;  // type, length, reserved, lifetime
  if (message.nduseropt_family != AF_INET6 || message.nduseropt_opts_len > bytes.size()) return std::nullopt;
  bytes = bytes.substr(0, message.nduseropt_opts_len);
  if (bytes.size() < kHeader) return std::nullopt;
  const auto type = static_cast<unsigned char>(bytes[0]);
  const std::size_t length = static_cast<unsigned char>(bytes[1]) * kUnit;
  if (length < kHeader || length > bytes.size()) return std::nullopt;

  RouterNews news{.index = message.nduseropt_ifindex};
  news.lifetime = std::chrono::seconds(big_endian(bytes.substr(4)));
  std::string_view rest = bytes.substr(kHeader, length - kHeader);
  if (type == kRdnss) {
    for (; rest.size() >= sizeof(in6_addr); rest.remove_prefix(sizeof(in6_addr))) {
      std::array<char, INET6_ADDRSTRLEN> text{};
      if (inet_ntop(AF_INET6, rest.data(), text.data(), text.size()) != nullptr)
        news.dns.emplace_back(text.data());
    }
  } else if (type == kDnssl) {
    news.search = read_domains(rest);
  } else {
    return std::nullopt;
  }
  return news;
}

}  // namespace

std::vector<RouterNews> read_link_messages(std::string_view bytes, bool& others) {
  std::vector<RouterNews> all;
  while (bytes.size() >= sizeof(nlmsghdr)) {
    std::string_view message = bytes;
    const nlmsghdr header = *take<nlmsghdr>(message);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > bytes.size()) break;
    message = bytes.substr(NLMSG_HDRLEN, header.nlmsg_len - NLMSG_HDRLEN);
    bytes.remove_prefix(std::min(bytes.size(), static_cast<std::size_t>(NLMSG_ALIGN(header.nlmsg_len))));

    std::optional<RouterNews> news;
    if (header.nlmsg_type == RTM_NEWNDUSEROPT) {
      if (const auto option = take<nduseroptmsg>(message)) news = read_option(*option, message);
    } else if (header.nlmsg_type == RTM_NEWLINK || header.nlmsg_type == RTM_DELLINK) {
      const auto link = take<ifinfomsg>(message);
      if (link && link->ifi_family == AF_INET6 && header.nlmsg_type == RTM_NEWLINK)
        news = read_flags(*link, message);
      else
        others = true;
    }
    if (news) all.push_back(std::move(*news));
  }
  return all;
}

LinkEvents::LinkEvents()
    : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE)) {
  if (!socket_) fail_errno(errno, "netlink");
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_LINK | RTMGRP_IPV6_IFINFO;
  const int options = RTNLGRP_ND_USEROPT;
  if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::setsockopt(socket_.get(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &options, sizeof options) != 0)
    fail_errno(errno, "netlink");

  struct {
    nlmsghdr header;
    ifinfomsg link;
  } request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = RTM_GETLINK;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.link.ifi_family = AF_INET6;
  // Without IPv6 in the kernel there is no answer, which is one, too.
  [[maybe_unused]] const ssize_t sent = ::send(socket_.get(), &request, sizeof request, 0);
}

std::vector<RouterNews> LinkEvents::read(bool& changed) {
  std::vector<RouterNews> all;
  std::vector<char> buffer(kMaxMessage);
  for (;;) {
    const ssize_t length = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == ENOBUFS) {  // messages were lost: look at everything
      changed = true;
      continue;
    }
    if (length <= 0) return all;
    for (RouterNews& news : read_link_messages({buffer.data(), static_cast<std::size_t>(length)}, changed))
      all.push_back(std::move(news));
  }
}

}  // namespace kboot
