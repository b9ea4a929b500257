// The links of a kboot whose scripts ask DHCP and nothing else (loader/network/plain_links.cc).

#include <catch2/catch.hpp>

#include "loader/network/links.h"
#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;

namespace {

/// A machine with one card, and what lib/kboot/dhcp leaves beside it.
struct PlainMachine : test::TemporaryFolder {
  PlainMachine() {
    write("sys/class/net/lo/ifindex", "1\n");
    write("sys/class/net/eth0/ifindex", "2\n");
    write("sys/class/net/eth0/address", "52:54:00:12:34:56\n");
    make_folder("sys/class/net/eth0/device");
  }
  void set_carrier(const std::string& carrier) const { write("sys/class/net/eth0/carrier", carrier); }
  std::string state() const {
    const std::vector<Link> links = read_links(path(), {});
    REQUIRE(links.size() == 1);
    return state_of(links[0]);
  }
};

}  // namespace

TEST_CASE_METHOD(PlainMachine, "plain links: from a card that is off to a lease") {
  CHECK(state() == "switched off");
  set_carrier("0\n");
  CHECK(state() == "no cable");
  set_carrier("1\n");
  CHECK(state() == "asking for an address by DHCP");
  write("run/kboot/lease.eth0", "ip=10.0.2.15\nmask=24\nserverid=10.0.2.2\n");
  CHECK(state() == "address 10.0.2.15/24 from 10.0.2.2");
}

TEST_CASE_METHOD(PlainMachine, "plain links: as they are shown, what a server said made printable") {
  set_carrier("1\n");
  write("run/kboot/lease.eth0",
        "ip=10.0.2.15\nmask=24\nrouter=10.0.2.1 10.0.2.9\ndns=10.0.2.3 10.0.2.4\nserverid=10.0.2.2\33[2J\n");
  write("etc/resolv.conf", "nameserver 10.0.2.3\nnameserver 10.0.2.4\nsearch lan\n");
  const std::vector<Link> links = read_links(path(), {});
  CHECK(links.at(0).lease->dns == "10.0.2.3 10.0.2.4");
  CHECK(links_text(links, read_nameservers(path())) ==
        "eth0  52:54:00:12:34:56  address 10.0.2.15/24 from 10.0.2.2\\x1b[2J\n"
        "    router   10.0.2.1 10.0.2.9\n"
        "Names are looked up at 10.0.2.3 10.0.2.4.\n");
}
