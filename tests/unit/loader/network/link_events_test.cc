#include "loader/network/link_events.h"

#include <cstring>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>

using namespace kboot;
using namespace std::chrono_literals;

namespace {

template <typename Header>
std::string bytes_of(const Header& header) {
  return {reinterpret_cast<const char*>(&header), sizeof header};
}

std::string message(std::uint16_t type, const std::string& body) {
  nlmsghdr header{};
  header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + body.size());
  header.nlmsg_type = type;
  return bytes_of(header) + body;
}

std::string attribute(std::uint16_t type, const std::string& value) {
  rtattr header{};
  header.rta_len = static_cast<std::uint16_t>(sizeof header + value.size());
  header.rta_type = type;
  return bytes_of(header) + value;
}

std::string link_message(unsigned char family, std::uint32_t flags) {
  ifinfomsg about{};
  about.ifi_family = family;
  about.ifi_index = 2;
  const std::string inside = attribute(IFLA_INET6_FLAGS, bytes_of(flags));
  return bytes_of(about) + attribute(IFLA_PROTINFO | NLA_F_NESTED, inside);
}

/// An option of a router's advertisement, as the kernel hands it on.
std::string option(const std::string& bytes) {
  nduseroptmsg about{};
  about.nduseropt_family = AF_INET6;
  about.nduseropt_ifindex = 2;
  about.nduseropt_opts_len = static_cast<std::uint16_t>(bytes.size());
  return bytes_of(about) + bytes;
}

std::vector<RouterNews> read(const std::string& bytes) {
  bool others = false;
  return read_link_messages(bytes, others);
}

using namespace std::string_literals;
const std::string kRdnss = "\x19\x03\0\0\0\0\x02\x58\xfd\x77\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"s;
const std::string kDnssl = "\x1f\x03\0\0\0\0\0\x3c\x03lab\x07"s + "example\0\0\0\0"s;

}  // namespace

TEST_CASE("link events: what routers leave to DHCPv6") {
  using Flags = RouterNews::Flags;
  CHECK(read(message(RTM_NEWLINK, link_message(AF_INET6, 0x80000000))).at(0).flags == Flags::none);
  CHECK(read(message(RTM_NEWLINK, link_message(AF_INET6, 0x80))).at(0).flags == Flags::other);
  CHECK(read(message(RTM_NEWLINK, link_message(AF_INET6, 0xc0))).at(0).flags == Flags::managed);
  CHECK(read(message(RTM_NEWLINK, link_message(AF_INET6, 0x40))).at(0).index == 2);
}

TEST_CASE("link events: any other change of a link is one") {
  bool others = false;
  CHECK(read_link_messages(message(RTM_NEWLINK, link_message(AF_UNSPEC, 0)), others).empty());
  CHECK(others);
}

TEST_CASE("link events: name servers and domains in advertisements") {
  const std::vector<RouterNews> news =
      read(message(RTM_NEWNDUSEROPT, option(kRdnss)) + message(RTM_NEWNDUSEROPT, option(kDnssl)));
  REQUIRE(news.size() == 2);
  CHECK(news[0] == RouterNews{.index = 2, .dns = {"fd77::1"}, .lifetime = 600s});
  CHECK(news[1] == RouterNews{.index = 2, .search = {"lab.example"}, .lifetime = 60s});
}

TEST_CASE("link events: no length is trusted") {
  const std::string whole =
      message(RTM_NEWNDUSEROPT, option(kRdnss)) + message(RTM_NEWLINK, link_message(AF_INET6, 0x80));
  for (std::size_t length = 0; length < whole.size(); ++length) read(whole.substr(0, length));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = '\xff';
    read(damaged);
  }
  CHECK(read("").empty());
}
