#include "loader/prompt/first_screen.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_system.h"
#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;
using namespace kboot::test;

namespace {

using Strings = std::vector<std::string>;

Link link(const std::string& name, const std::string& mac) {
  Link one;
  one.name = name;
  one.mac = mac;
  return one;
}

struct Fixture {
  Events events;
  FakeNetwork network{events};
  TemporaryFolder folder;
  Consoles consoles{folder.path(), "tty1"};
  Published published{folder.path()};
  FirstScreen screen{network, consoles, published, true};

  Fixture() { network.all_links = {link("eth0", "52:54:00:12:34:56")}; }
  Link& eth0() { return network.all_links[0]; }
  void give_address() {
    eth0().up = eth0().carrier = true;
    eth0().state.method = "dhcp";
    eth0().lease = Lease{};
    eth0().lease->address = "10.0.2.15/24";
    eth0().lease->server = "10.0.2.2";
  }
  Strings lines_behind_the_first(const std::string& hostname = "kboot") {
    Strings lines = screen.lines(hostname);
    lines.erase(lines.begin());
    return lines;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "first screen: the version, and the name that somebody gave the machine") {
  CHECK_THAT(screen.lines("kboot")[0], Catch::Matches("kboot [0-9.]+"));
  CHECK_THAT(screen.lines("rack7")[0], Catch::Matches("kboot [0-9.]+ on rack7"));
}

TEST_CASE_METHOD(Fixture, "first screen: a link is what is known of it so early") {
  CHECK(lines_behind_the_first() == Strings{"eth0  52:54:00:12:34:56"});
  eth0().state.method = "dhcp";
  CHECK(lines_behind_the_first() == Strings{"eth0  52:54:00:12:34:56  no cable seen yet"});
  eth0().up = eth0().carrier = eth0().asking = true;
  CHECK(lines_behind_the_first() == Strings{"eth0  52:54:00:12:34:56  asking for an address by DHCP"});
  give_address();
  CHECK(lines_behind_the_first() == Strings{"eth0  52:54:00:12:34:56  address 10.0.2.15/24 from 10.0.2.2"});
}

TEST_CASE_METHOD(Fixture, "first screen: of many links those with a cable, and how many there are") {
  for (const char* name : {"eth1", "eth2", "eth3", "eth4", "eth5"})
    network.all_links.push_back(link(name, "02:00:00:00:00:01"));
  network.all_links[5].carrier = true;
  const Strings lines = lines_behind_the_first();
  REQUIRE(lines.size() == 4);
  CHECK_THAT(lines[0], Catch::StartsWith("eth5 "));
  CHECK(lines[3] == "and 3 more links: net shows them");
}

TEST_CASE_METHOD(Fixture, "first screen: an address that comes later is told once") {
  screen.lines("kboot");
  CHECK_FALSE(screen.news());
  give_address();
  CHECK(screen.news() == "eth0: address 10.0.2.15/24 from 10.0.2.2");
  CHECK_FALSE(screen.news());
}

TEST_CASE_METHOD(Fixture, "first screen: an IPv6 address waits a while for the one that DHCP may give") {
  give_address();
  eth0().lease.reset();
  eth0().asking = true;
  eth0().addresses = {"2001:db8::5/64"};
  CHECK_FALSE(screen.news());
  SECTION("and is told when none comes") {
    std::optional<std::string> news;
    for (int looks = 0; looks < 30 && !news; ++looks) news = screen.news();
    CHECK(news == "eth0: address 2001:db8::5/64, asking for IPv4");
  }
  SECTION("which is told in its place") {
    give_address();
    eth0().asking = false;
    CHECK(screen.news() == "eth0: address 10.0.2.15/24 from 10.0.2.2");
  }
  CHECK_FALSE(screen.news());
}

TEST_CASE_METHOD(Fixture, "first screen: an address that was shown is no news") {
  give_address();
  screen.lines("kboot");
  CHECK_FALSE(screen.news());
}

TEST_CASE_METHOD(Fixture, "first screen: the ssh server's key, whenever it is there, once") {
  CHECK(lines_behind_the_first().size() == 1);
  folder.write("hostkey", "ssh-ed25519 SHA256:x\n");
  CHECK(screen.news() == "ssh host key: ssh-ed25519 SHA256:x");
  CHECK_FALSE(screen.news());
  FirstScreen other(network, consoles, published);
  CHECK(other.lines("kboot").back() == "ssh host key: ssh-ed25519 SHA256:x");
}

TEST_CASE_METHOD(Fixture, "first screen: what was found is told once, when all disks have been looked at") {
  CHECK_FALSE(screen.news());
  PublishedEntries entries;
  entries.places.push_back({.name = "sda1", .state = PublishedPlace::State::locked});
  published.write(entries);
  CHECK_FALSE(screen.news());
  entries.looking = false;
  published.write(entries);
  FirstScreen silent(network, consoles, published);
  CHECK_FALSE(silent.news());
  CHECK(screen.news() == "a locked volume on sda1; entries shows all");
  CHECK_FALSE(screen.news());
}

TEST_CASE_METHOD(Fixture,
                 "first screen: a disk that does not answer does not keep what was found from being told") {
  PublishedEntries entries;
  entries.places.push_back({.name = "sda1", .state = PublishedPlace::State::locked});
  published.write(entries);
  std::optional<std::string> news;
  for (int looks = 0; looks < 30 && !news; ++looks) news = screen.news();
  CHECK(news == "a locked volume on sda1; entries shows all");
}

TEST_CASE("first screen: what happens when nobody types") {
  Settings settings;
  CHECK(first_hint(settings, false) == "nothing boots by itself; help shows what can be typed");
  CHECK(first_hint(settings, true) == "nothing boots by itself; only labels run here; help shows them");
  settings.default_line = "http://u:secret@server/k";
  CHECK(first_hint(settings, false) == "Enter boots \"http://…@server/k\"; help shows what can be typed");
}
