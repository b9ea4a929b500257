#include "loader/network/links.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;

namespace {

/// A machine's sysfs, and what kboot's own scripts leave beside it.
struct Machine : test::TemporaryFolder {
  void add(const std::string& name, const std::string& index, bool up, const std::string& carrier) const {
    const std::string folder = "sys/class/net/" + name;
    write(folder + "/type", "1\n");
    write(folder + "/ifindex", index + "\n");
    write(folder + "/address", "52:54:00:12:34:5" + index + "\n");
    write(folder + "/flags", up ? "0x1003\n" : "0x1002\n");
    write(folder + "/carrier", carrier + "\n");
    make_folder(folder + "/device");
  }
  void add_loopback() const {
    write("sys/class/net/lo/type", "772\n");
    write("sys/class/net/lo/ifindex", "1\n");
  }
  void ask_by_dhcp() const { write("run/kboot/link.eth0", "method=dhcp\ndns=\nsearch=\n"); }

  Link only(const LinkAddresses& addresses = {}) const {
    const std::vector<Link> links = read_links(path(), addresses);
    REQUIRE(links.size() == 1);
    return links[0];
  }
};

}  // namespace

TEST_CASE_METHOD(Machine, "links: all but the loopback, in the kernel's order") {
  add_loopback();
  add("zeth", "2", true, "1");
  add("eth0", "3", false, "");
  const std::vector<Link> links = read_links(path(), {{"eth0", "10.0.0.1/8"}, {"lo", "127.0.0.1/8"}});
  REQUIRE(links.size() == 2);
  CHECK(links[0].name == "zeth");
  CHECK(links[0].mac == "52:54:00:12:34:52");
  CHECK(links[0].carrier);
  CHECK(links[0].addresses.empty());
  CHECK(links[1].name == "eth0");
  CHECK_FALSE(links[1].up);
  CHECK(links[1].addresses == std::vector<std::string>{"10.0.0.1/8"});
  CHECK(read_links(path("nothing"), {}).empty());
}

TEST_CASE_METHOD(Machine, "links: one without hardware counts when it is up") {
  add("eth0", "2", false, "");
  write("sys/class/net/bond0/type", "1\n");
  write("sys/class/net/bond0/flags", "0x1402\n");
  CHECK(read_links(path(), {}).size() == 1);
  write("sys/class/net/bond0/flags", "0x1403\n");
  CHECK(read_links(path(), {}).size() == 2);
}

TEST_CASE_METHOD(Machine, "links: what is going on with each") {
  ask_by_dhcp();
  add("eth0", "2", false, "");
  CHECK(state_of(only()) == "switched off");
  add("eth0", "2", true, "0");
  CHECK(state_of(only()) == "no cable");
  add("eth0", "2", true, "1");
  CHECK(state_of(only()) == "asking for an address by DHCP");
  CHECK(state_of(only({{"eth0", "fe80::1/64"}})) == "asking for an address by DHCP");
  CHECK(state_of(only({{"eth0", "10.0.0.7/8"}})) == "address 10.0.0.7/8");
  write("run/kboot/lease.eth0", "ip=10.0.2.15\nmask=24\n");
  CHECK(state_of(only()) == "address 10.0.2.15/24");
  write("run/kboot/lease.eth0",
        "ip=10.0.2.15\nmask=24\nsubnet=255.255.255.0\nrouter=10.0.2.2\ndns=10.0.2.3 10.0.2.4\n"
        "domain=lan\nserverid=10.0.2.1\n");
  CHECK(state_of(only()) == "address 10.0.2.15/24 from 10.0.2.1");
  CHECK(only().lease == Lease{.address = "10.0.2.15/24",
                              .server = "10.0.2.1",
                              .router = "10.0.2.2",
                              .dns = "10.0.2.3 10.0.2.4",
                              .domain = "lan"});
}

TEST_CASE_METHOD(Machine, "links: what else a server said is kept for other parts") {
  add("eth0", "2", true, "1");
  write("run/kboot/lease.eth0",
        "ip=10.0.2.15\nsearch=lan "
        "example.org\ndomain=lan\nhostname=box\nsiaddr=10.0.2.9\nboot_file=pxelinux.0\n"
        "pxeconffile=7.cfg\npxepathprefix=/boot/\nrootpath=10.0.2.8:/"
        "root\nntpsrv=10.0.2.7\nopt161=68747470733a2f2f6d\n");
  CHECK(only().lease == Lease{.address = "10.0.2.15",
                              .domain = "lan example.org",
                              .hostname = "box",
                              .next_server = "10.0.2.9",
                              .boot_file = "pxelinux.0",
                              .config_file = "7.cfg",
                              .path_prefix = "/boot/",
                              .root_path = "10.0.2.8:/root",
                              .ntp = "10.0.2.7",
                              .mud = "https://m"});
  write("run/kboot/lease6.eth0", "ipv6=2001:0db8:0:0:0:0:0:0015\ndns=2001:0db8:0:0:0:0:0:0001\n");
  CHECK(only().lease6 == Lease{.address = "2001:db8::15/128", .dns = "2001:db8::1"});
}

TEST_CASE_METHOD(Machine, "links: a member of a bond, and the bond itself before it is up") {
  add("eth0", "2", true, "1");
  write("run/kboot/link.eth0", "method=bond member\n");
  CHECK(state_of(only()) == "in a bond");
  write("sys/class/net/bond0/type", "1\n");
  write("sys/class/net/bond0/flags", "0x1402\n");
  write("run/kboot/link.bond0", "method=dhcp\n");
  CHECK(read_links(path(), {}).size() == 2);
}

TEST_CASE_METHOD(Machine, "links: where no DHCP client of kboot's runs nothing is asked") {
  add("eth0", "2", true, "1");
  CHECK(state_of(only()) == "no address");
  CHECK(state_of(only({{"eth0", "fe80::1/64"}, {"eth0", "2001:db8::1/64"}})) == "address 2001:db8::1/64");
}

TEST_CASE_METHOD(Machine, "links: resolv.conf names the servers that look up names") {
  CHECK(read_nameservers(path()).empty());
  write("etc/resolv.conf", "search lan\nnameserver 10.0.2.3\n# nameserver x\nnameserver\t2001:db8::3\n");
  CHECK(read_nameservers(path()) == std::vector<std::string>{"10.0.2.3", "2001:db8::3"});
}

TEST_CASE("links: for people in 80 columns, what a server said made printable") {
  const std::string v6 = "2001:db8:1111:2222:3333:4444:5555:666";
  const Link eth0{.name = "eth0",
                  .mac = "52:54:00:12:34:56",
                  .up = true,
                  .carrier = true,
                  .addresses = {"10.0.2.15/24", "fe80::1/64"},
                  .lease = Lease{.address = "10.0.2.15/24",
                                 .server = "10.0.2.2",
                                 .router = "10.0.2.2",
                                 .dns = v6 + "1 " + v6 + "2",
                                 .domain = "l\x1b[2Jan"}};
  const Link eth1{.name = "eth1", .mac = "52:54:00:12:34:57", .up = true};
  CHECK(links_text({eth0, eth1}, {"10.0.2.3"}) ==
        "LINK  MAC                STATE\n"
        "eth0  52:54:00:12:34:56  address 10.0.2.15/24 from 10.0.2.2\n"
        "    address  fe80::1/64\n"
        "    router   10.0.2.2\n"
        "    dns      2001:db8:1111:2222:3333:4444:5555:6661\n"
        "             2001:db8:1111:2222:3333:4444:5555:6662\n"
        "    domain   l\\x1b[2Jan\n"
        "eth1  52:54:00:12:34:57  no cable\n"
        "Names are looked up at 10.0.2.3.\n");
  CHECK_THAT(links_text({eth1}, {}), Catch::EndsWith("No server is known that looks up names.\n"));
  CHECK(links_text({}, {}).empty());
}
