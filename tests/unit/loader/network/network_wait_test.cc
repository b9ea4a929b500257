#include "loader/network/network_wait.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;
using namespace std::chrono_literals;

namespace {

struct Waiting : Machine {
  Report report{results.file(), people.file(), Report::Style::people};

  void add_link(const std::string& name, bool carrier) {
    Link& link = network.all_links.emplace_back();
    link.name = name;
    link.up = true;
    link.carrier = carrier;
    link.asking = carrier;
  }
  std::string failure(const NetworkPatience& patience) {
    try {
      await_network(network, report, "", patience);
    } catch (const Error& error) {
      return describe(error);
    }
    return "no error";
  }
};

}  // namespace

TEST_CASE_METHOD(Waiting, "network wait: what is said when it ends in vain") {
  network.unusable_looks = 1000;
  CHECK(failure({.wait = 0s, .after_start = 0s}) == "no network after 0 s: no network card was found");
  CHECK(people.take() == "waiting for the network, ^C ends it\n");
  add_link("eth0", false);
  add_link("eth1", true);
  network.cards_without_driver = {{kNetworkCard, "0000:03:00.0", "15b3:1017"}};
  CHECK(failure({.wait = 0s, .after_start = 0s}) ==
        "no network after 0 s: eth0: no cable, eth1: asking for an address by DHCP, no driver here for the "
        "network card "
        "15b3:1017 at 0000:03:00.0");
}

TEST_CASE_METHOD(Waiting, "network wait: longer after the machine's start, if there is a cable") {
  constexpr NetworkPatience kJustStarted{.wait = 0s, .after_start = std::chrono::hours(1'000'000)};
  network.unusable_looks = 3;
  add_link("eth0", false);
  CHECK(failure(kJustStarted) == "no network after 0 s: eth0: no cable");
  network.looks = 0;
  network.all_links[0].carrier = true;
  CHECK(failure(kJustStarted) == "no error");
}
