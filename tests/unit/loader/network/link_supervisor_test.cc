#include "loader/network/link_supervisor.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;
using namespace std::chrono_literals;

namespace {

using Words = std::vector<std::string>;

struct FakeTools final : LinkTools {
  void add_vlan(const std::string& name, const VlanName& vlan) override {
    note("vlan " + name + " on " + vlan.parent);
  }
  void add_bond(const std::string& name, const std::string& mode) override {
    note("bond " + name + " " + mode);
  }
  void add_to_bond(const std::string& bond, const std::string& member) override {
    note("enslave " + member + " to " + bond);
  }
  void up(const std::string& name) override { note("up " + name); }
  void down(const std::string& name) override { note("down " + name); }
  void set_mtu(const std::string& name, unsigned mtu) override {
    note("mtu " + name + " " + std::to_string(mtu));
  }
  void set_addresses(const std::string& name, const LinkPlan& plan, unsigned metric) override {
    if (!failure.empty()) throw Error(failure);
    note("address " + name + " " + (plan.addresses.empty() ? "none" : plan.addresses[0]) + " metric " +
         std::to_string(metric));
  }
  void set_router_metric(const std::string&, unsigned) override {}
  pid_t start_dhcp(const std::string& name, Dhcp kind, unsigned metric,
                   const std::optional<std::string>& server) override {
    note((kind == Dhcp::v4   ? "dhcp "
          : kind == Dhcp::v6 ? "dhcp6 "
                             : "dhcp6-information ") +
         name + " metric " + std::to_string(metric) + (server ? " of " + *server : ""));
    return ++last_process;
  }
  void renew(pid_t client) override { note("renew " + std::to_string(client)); }
  void stop(pid_t client) override { note("stop " + std::to_string(client)); }

  void note(const std::string& what) { done.push_back(what); }
  Words take() { return std::exchange(done, {}); }

  std::string failure;
  pid_t last_process = 100;
  Words done;
};

struct Machine : test::TemporaryFolder {
  Machine() {
    make_folder("run/kboot");
    make_folder("etc");
  }
  void link(const std::string& name, int index, const std::string& carrier, bool hardware = true) const {
    const std::string folder = "sys/class/net/" + name;
    write(folder + "/type", "1\n");
    write(folder + "/ifindex", std::to_string(index) + "\n");
    write(folder + "/address", "52:54:00:00:00:0" + std::to_string(index) + "\n");
    write(folder + "/flags", "0x1003\n");
    write(folder + "/carrier", carrier + "\n");
    if (hardware) make_folder(folder + "/device");
  }
  std::string resolv_conf() const { return read("etc/resolv.conf"); }

  FakeTools tools;
  LinkSupervisor supervisor{tools, path()};
};

}  // namespace

TEST_CASE_METHOD(Machine, "link supervisor: all links at once, DHCP as soon as there is a cable") {
  link("eth0", 2, "0");
  link("eth1", 3, "1");
  supervisor.step();
  CHECK(tools.take() == Words{"up eth0", "up eth1", "dhcp eth1 metric 4"});
  CHECK(read("run/kboot/link.eth0") == "method=dhcp\ndns=\nsearch=\n");
  link("eth0", 2, "1");
  supervisor.step();
  CHECK(tools.take() == Words{"dhcp eth0 metric 3"});
  supervisor.step();
  CHECK(tools.take().empty());
}

TEST_CASE_METHOD(Machine, "link supervisor: a cable that comes back may lead elsewhere") {
  link("eth0", 2, "1");
  supervisor.step();
  link("eth0", 2, "0");
  supervisor.step();
  tools.take();
  link("eth0", 2, "1");
  supervisor.step();
  CHECK(tools.take() == Words{"renew 101"});
}

TEST_CASE_METHOD(Machine, "link supervisor: a client that ends is started again, not at once") {
  link("eth0", 2, "1");
  supervisor.step();
  tools.take();
  supervisor.child_ended(101);
  CHECK(supervisor.step() <= 5s);
  CHECK(tools.take().empty());
}

TEST_CASE_METHOD(Machine, "link supervisor: leases of another server than the plan's are not asked for") {
  link("eth0", 2, "1");
  supervisor.set_plan({.links = {{"eth0", {.server = "10.0.0.1"}}}});
  supervisor.step();
  CHECK(tools.take() == Words{"up eth0", "dhcp eth0 metric 3 of 10.0.0.1"});
  CHECK(read("run/kboot/link.eth0") == "method=dhcp\ndns=\nsearch=\nserver=10.0.0.1\n");
  CHECK(state_of(read_links(path(), {}).at(0)) == "asking 10.0.0.1 for an address by DHCP");
  supervisor.set_plan({});
  supervisor.step();
  CHECK(tools.take() == Words{"stop 101", "down eth0", "up eth0", "dhcp eth0 metric 3"});
}

TEST_CASE_METHOD(Machine, "link supervisor: DHCPv6 when a router says so") {
  link("eth0", 2, "1");
  supervisor.step();
  tools.take();
  supervisor.heard({.index = 2, .flags = RouterNews::Flags::other});
  supervisor.step();
  CHECK(tools.take() == Words{"dhcp6-information eth0 metric 3"});
  supervisor.heard({.index = 2, .flags = RouterNews::Flags::managed});
  supervisor.step();
  CHECK(tools.take() == Words{"stop 102", "dhcp6 eth0 metric 3"});
  supervisor.heard({.index = 2, .flags = RouterNews::Flags::none});
  supervisor.step();
  CHECK(tools.take() == Words{"stop 103"});
}

TEST_CASE_METHOD(Machine, "link supervisor: static, off, and a change of mind") {
  link("eth0", 2, "0");
  link("eth1", 3, "1");
  supervisor.set_plan(
      {.links = {{"eth0", {.method = LinkPlan::Method::fixed, .addresses = {"10.0.0.1/8"}, .mtu = 1400}},
                 {"eth1", {.method = LinkPlan::Method::off}}}});
  supervisor.step();
  CHECK(tools.take() == Words{"mtu eth0 1400", "up eth0", "address eth0 10.0.0.1/8 metric 3", "down eth1"});
  supervisor.set_plan({});
  supervisor.step();
  CHECK(tools.take() == Words{"down eth0", "up eth0", "down eth1", "up eth1", "dhcp eth1 metric 4"});
}

TEST_CASE_METHOD(Machine, "link supervisor: what fails is tried again, and the others are served") {
  link("eth0", 2, "1");
  link("eth1", 3, "1");
  supervisor.set_plan(
      {.links = {{"eth0", {.method = LinkPlan::Method::fixed, .addresses = {"10.0.0.1/8"}}}}});
  tools.failure = "no";
  CHECK(supervisor.step() <= 5s);
  CHECK(tools.take() == Words{"up eth0", "up eth1", "dhcp eth1 metric 4"});
}

TEST_CASE_METHOD(Machine, "link supervisor: the link that kboot was loaded over") {
  link("eth0", 2, "1");
  link("eth1", 3, "1");
  NetworkPlan plan{.others = {.method = LinkPlan::Method::off},
                   .first = LinkPlan{.method = LinkPlan::Method::fixed, .addresses = {"10.0.0.1/8"}},
                   .boot_mac = "52:54:00:00:00:03"};
  supervisor.set_plan(plan);
  supervisor.step();
  CHECK(tools.take() == Words{"down eth0", "up eth1", "address eth1 10.0.0.1/8 metric 1"});
}

TEST_CASE_METHOD(Machine,
                 "link supervisor: without a name, the first link with a cable, which stays the one") {
  link("eth0", 2, "0");
  link("eth1", 3, "0");
  supervisor.set_plan({.others = {.method = LinkPlan::Method::off},
                       .first = LinkPlan{.method = LinkPlan::Method::fixed, .addresses = {"10.0.0.1/8"}}});
  supervisor.step();
  CHECK(tools.take() ==
        Words{"up eth0", "address eth0 none metric 3", "up eth1", "address eth1 none metric 4"});
  link("eth1", 3, "1");
  supervisor.step();
  CHECK(tools.take() == Words{"down eth0", "down eth1", "up eth1", "address eth1 10.0.0.1/8 metric 4"});
  link("eth1", 3, "0");
  link("eth0", 2, "1");
  supervisor.step();
  CHECK(tools.take().empty());
}

TEST_CASE_METHOD(Machine, "link supervisor: a bond, and a VLAN on it") {
  link("eth0", 2, "1");
  supervisor.set_plan(
      {.links = {{"bond0", {.bond_members = {"eth0"}, .bond_mode = "active-backup"}}, {"bond0.5", {}}}});
  supervisor.step();
  CHECK(tools.take() == Words{"bond bond0 active-backup", "up bond0"});
  link("bond0", 4, "1", /*hardware=*/false);
  supervisor.step();
  CHECK(tools.take() == Words{"vlan bond0.5 on bond0", "up bond0.5", "enslave eth0 to bond0", "up bond0",
                              "dhcp bond0 metric 5"});
  CHECK(read("run/kboot/link.eth0") == "method=bond member\ndns=\nsearch=\n");
}

TEST_CASE_METHOD(Machine, "link supervisor: resolv.conf of the configuration, leases and routers") {
  link("eth0", 2, "1");
  NetworkPlan plan{.dns = {"192.0.2.1"}, .search = {"example.org"}};
  supervisor.set_plan(plan);
  supervisor.heard({.index = 2, .dns = {"fd77::1", "fe80::1"}, .lifetime = 600s});
  supervisor.step();
  write("run/kboot/lease.eth0", "ip=10.0.0.2\ndns=10.0.0.1 192.0.2.1\ndomain=lan\n");
  write("run/kboot/lease6.eth0", "dns=2001:db8::1\n");
  supervisor.step();
  CHECK(resolv_conf() ==
        "nameserver 192.0.2.1\nnameserver fd77::1\nnameserver fe80::1%eth0\nnameserver 10.0.0.1\n"
        "nameserver 2001:db8::1\nsearch example.org lan\n");
  supervisor.heard({.index = 2, .dns = {"fd77::1"}, .lifetime = 0s});
  supervisor.step();
  CHECK(resolv_conf().find("fd77::1") == std::string::npos);
}

TEST_CASE_METHOD(Machine, "link supervisor: a link that is pulled out is forgotten") {
  link("eth0", 2, "1");
  supervisor.step();
  tools.take();
  remove("sys/class/net/eth0");
  supervisor.step();
  CHECK(tools.take() == Words{"stop 101"});
  CHECK_FALSE(exists("run/kboot/link.eth0"));
}
