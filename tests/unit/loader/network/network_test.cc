#include "loader/network/network.h"

#include <catch2/catch.hpp>

using namespace kboot;

TEST_CASE("network: an IPv6 address is waited for while the kernel asks whose it is") {
  constexpr const char* kLoopback = "00000000000000000000000000000001 01 80 10 80       lo\n";
  constexpr const char* kLinkLocal = "fe800000000000005054 02 40 20 40     eth0\n";
  const auto read = [&](const std::string& flags) {
    return read_ipv6_addresses(std::string(kLoopback) + kLinkLocal + "fd770000000000000020 02 40 00 " +
                               flags + "     eth0\n");
  };
  CHECK(read("80").usable);
  CHECK_FALSE(read("80").awaited);
  CHECK_FALSE(read("c0").usable);  // IFA_F_PERMANENT, IFA_F_TENTATIVE
  CHECK(read("c0").awaited);
  CHECK(read("44").usable);  // IFA_F_TENTATIVE, IFA_F_OPTIMISTIC
  CHECK_FALSE(read("44").awaited);
  CHECK_FALSE(read("c8").usable);  // IFA_F_DADFAILED: somebody has it
  CHECK_FALSE(read("c8").awaited);
}

TEST_CASE("network: without an address for the outside nothing is waited for") {
  for (const char* text : {"", "fe800000000000005054 02 40 20 40 eth0\n", "garbage\n", "a b c 00\n"}) {
    CHECK_FALSE(read_ipv6_addresses(text).usable);
    CHECK_FALSE(read_ipv6_addresses(text).awaited);
  }
}
