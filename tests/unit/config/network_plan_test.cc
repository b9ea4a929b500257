#include "config/network_plan.h"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "config/kboot_conf.h"

using namespace kboot;

namespace {

using Method = LinkPlan::Method;
using Words = std::vector<std::string>;

struct Read {
  explicit Read(std::initializer_list<std::pair<std::string, std::string>> assignments) {
    for (const auto& [name, value] : assignments) variables.set(name, {value, Source::typed, ""});
    Diagnostics diagnostics;
    plan = read_network_plan(variables, diagnostics);
    for (const Diagnostic& diagnostic : diagnostics) complaints.push_back(diagnostic.message);
  }
  Variables variables;
  NetworkPlan plan;
  Words complaints;
};

}  // namespace

TEST_CASE("network plan: without a word every wired link asks by DHCP") {
  const Read read({{"root", "/dev/sda1"}});
  CHECK(read.plan == NetworkPlan{});
  CHECK(read.plan.others.method == Method::automatic);
}

TEST_CASE("network plan: a link of its own line") {
  const Read read({{"net.eth0",
                    "static 192.0.2.5/24 2001:db8::5/64 gateway=192.0.2.1 gateway=fe80::1 dns=192.0.2.53 "
                    "search=example.org mtu=9000"},
                   {"net.eth1", "off"},
                   {"net.eth2", "dhcp mtu=1400"},
                   {"net.lan", "mac=52-54-00-12-AB-56"},
                   {"net.dns", "192.0.2.1 2001:db8::53"},
                   {"net.search", "example.org"}});
  CHECK(read.complaints.empty());
  CHECK(read.plan.links.at("eth0") == LinkPlan{.method = Method::fixed,
                                               .addresses = {"192.0.2.5/24", "2001:db8::5/64"},
                                               .gateways = {"192.0.2.1", "fe80::1"},
                                               .dns = {"192.0.2.53"},
                                               .search = {"example.org"},
                                               .mtu = 9000});
  CHECK(read.plan.links.at("eth1").method == Method::off);
  CHECK(read.plan.links.at("eth2") == LinkPlan{.mtu = 1400});
  CHECK(read.plan.links.at("lan").mac == "52:54:00:12:ab:56");
  CHECK(read.plan.links.size() == 4);
  CHECK(read.plan.dns == Words{"192.0.2.1", "2001:db8::53"});
  CHECK(read.plan.search == Words{"example.org"});
}

TEST_CASE("network plan: a bond and a VLAN on it") {
  const Read read({{"net.bond0", "bond=eth0,eth1 mode=802.3ad off"}, {"net.bond0.7", "192.0.2.5/24"}});
  CHECK(read.complaints.empty());
  CHECK(read.plan.links.at("bond0").bond_members == Words{"eth0", "eth1"});
  CHECK(read.plan.links.at("bond0").bond_mode == "802.3ad");
  CHECK(read.plan.links.at("bond0.7").method == Method::fixed);
  CHECK(vlan_name("bond0.7")->parent == "bond0");
  CHECK(vlan_name("bond0.7")->id == 7);
  CHECK_FALSE(vlan_name("eth0"));
  CHECK_FALSE(vlan_name("eth0.4095"));
  CHECK_FALSE(vlan_name(".5"));
}

TEST_CASE("network plan: what is not understood is said, and the rest counts") {
  const Read read({{"net.eth0", "192.0.2.5/33 gateway=here mtu=12 dns=192.0.2.53 static"},
                   {"net.dns", "somewhere 192.0.2.1"},
                   {"net.a_name_that_is_too_long", "dhcp"},
                   {"BOOTIF", "01-52-54"},
                   {"ip", "1.2.3.4::::a:b/c:off"}});
  CHECK(read.complaints ==
        Words{"BOOTIF: not a hardware address", "ip: no link can have that name",
              "net.a_name_that_is_too_long: no link can have that name", "net.dns: not an address: somewhere",
              "net.eth0: not understood: 192.0.2.5/33", "net.eth0: not understood: gateway=here",
              "net.eth0: not understood: mtu=12", "net.eth0: static, but there is no ADDRESS/LENGTH"});
  CHECK(read.plan.dns == Words{"192.0.2.1"});
  CHECK(read.plan.links.at("eth0").dns == Words{"192.0.2.53"});
}

TEST_CASE("network plan: the kernel's ip=") {
  SECTION("all fields") {
    const Read read(
        {{"ip", "192.0.2.5:192.0.2.2:192.0.2.1:255.255.255.0:box:eth1:off:192.0.2.53:192.0.2.54"}});
    CHECK(read.complaints.empty());
    CHECK(read.plan.others.method == Method::off);
    CHECK(read.plan.hostname == "box");
    CHECK(read.plan.links.at("eth1") == LinkPlan{.method = Method::fixed,
                                                 .addresses = {"192.0.2.5/24"},
                                                 .gateways = {"192.0.2.1"},
                                                 .dns = {"192.0.2.53", "192.0.2.54"}});
  }
  SECTION("as pxelinux writes it, with BOOTIF") {
    const Read read({{"ip", "10.1.2.3:10.0.0.2:10.0.0.1:255.0.0.0"}, {"BOOTIF", "01-52-54-00-12-34-56"}});
    CHECK(read.plan.boot_mac == "52:54:00:12:34:56");
    REQUIRE(read.plan.first);
    CHECK(read.plan.first->addresses == Words{"10.1.2.3/8"});
    CHECK(read.plan.links.empty());
  }
  SECTION("no mask: the class of the address") {
    CHECK(Read({{"ip", "10.1.2.3"}}).plan.first->addresses == Words{"10.1.2.3/8"});
    CHECK(Read({{"ip", "172.16.2.3"}}).plan.first->addresses == Words{"172.16.2.3/16"});
    CHECK(Read({{"ip", "192.168.2.3"}}).plan.first->addresses == Words{"192.168.2.3/24"});
  }
  SECTION("IPv6 in brackets") {
    const Read read({{"ip", "[2001:db8::5]::[fe80::1]:64::eth0:none"}});
    CHECK(read.plan.links.at("eth0").addresses == Words{"2001:db8::5/64"});
    CHECK(read.plan.links.at("eth0").gateways == Words{"fe80::1"});
  }
  SECTION("a method alone, or of one link") {
    CHECK(Read({{"ip", "dhcp"}}).plan == NetworkPlan{});
    CHECK(Read({{"ip", "off"}}).plan.others.method == Method::off);
    const Read read({{"ip", "eth1:dhcp:1400"}});
    CHECK(read.plan.links.at("eth1") == LinkPlan{.mtu = 1400});
    CHECK(read.plan.others.method == Method::off);
  }
  SECTION("a line of the link's own wins") {
    const Read read({{"ip", "eth1:dhcp"}, {"net.eth1", "10.0.0.1/8"}});
    CHECK(read.plan.links.at("eth1").addresses == Words{"10.0.0.1/8"});
  }
  SECTION("what is none") {
    CHECK(Read({{"ip", "10.0.0.1:::255.0.255.0"}}).complaints.size() == 1);
    CHECK(Read({{"ip", "a:b:c:d:e:f:g:h:i:j:k"}}).complaints == Words{"ip: too many fields"});
  }
}

TEST_CASE("network plan: where the log goes") {
  const auto server = [](const char* value) { return Read({{"log.syslog", value}}).plan.syslog; };
  CHECK(server("log.example.org") == SyslogServer{"log.example.org", "514"});
  CHECK(server("192.0.2.1:5140") == SyslogServer{"192.0.2.1", "5140"});
  CHECK(server("2001:db8::1") == SyslogServer{"2001:db8::1", "514"});
  CHECK(server("[2001:db8::1]:5140") == SyslogServer{"2001:db8::1", "5140"});
  for (const char* value : {"a b", "host:", "host:0", "host:x", "host:1:2", ":514", "http://host"}) {
    CHECK_FALSE(server(value));
    CHECK(Read({{"log.syslog", value}}).complaints ==
          Words{"log.syslog: not HOST or HOST:PORT: " + std::string(value)});
  }
}

TEST_CASE("network plan: the settings go through a file unchanged") {
  const Read read({{"net.eth0", "static 10.0.0.1/8 \\ $HOME \"x"}, {"ip", "dhcp"}, {"root", "/dev/sda1"}});
  const std::string text = network_settings_text(read.variables);
  CHECK(text == "ip='dhcp'\nnet.eth0='static 10.0.0.1/8 \\ $HOME \"x'\n");
  Variables back;
  CHECK(read_kboot_conf(text, "network.conf", Source::booted_system, back).empty());
  CHECK(back.value("net.eth0") == read.variables.value("net.eth0"));
}

TEST_CASE("network plan: a DHCP server is named for a link that asks") {
  CHECK(Read({{"net.eth0", "dhcp server=10.0.0.1"}}).plan.links.at("eth0").server == "10.0.0.1");
  const Read fixed({{"net.eth0", "10.0.0.5/8 server=10.0.0.1"}});
  CHECK(fixed.complaints == Words{"net.eth0: server= is for a link that asks by DHCP"});
  CHECK_FALSE(fixed.plan.links.at("eth0").server);
}

TEST_CASE("network plan: quotes go through a file unchanged, what cannot is reported") {
  for (const std::string value : {"'", "it's", "''", "'a' 'b'", "\\'", "\"'\"", "a\tb"}) {
    const Read read({{"net.eth0", value}});
    Variables back;
    CHECK(read_kboot_conf(network_settings_text(read.variables), "network.conf", Source::booted_system, back)
              .empty());
    CHECK(back.value("net.eth0") == value);
  }
  for (const std::string& value : {std::string("off\nnet.eth1=off"), std::string(kMaxConfLine, 'x')}) {
    const Read read({{"net.eth0", value}});
    CHECK(network_settings_text(read.variables).empty());
    CHECK(read.complaints == Words{"net.eth0: too long, or it holds a control character"});
  }
}
