#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

namespace {

Link eth0() {
  return {.name = "eth0",
          .mac = "52:54:00:12:34:56",
          .up = true,
          .carrier = true,
          .addresses = {"10.0.2.15/24", "fe80::5054:ff:fe12:3456/64"},
          .lease = Lease{.address = "10.0.2.15/24",
                         .server = "10.0.2.2",
                         .router = "10.0.2.2",
                         .dns = "10.0.2.3",
                         .domain = "lan",
                         .boot_file = "pxelinux.0"}};
}

}  // namespace

TEST_CASE_METHOD(Fixture, "net: the links and the servers that look up names") {
  network.all_links = {eth0()};
  network.all_nameservers = {"10.0.2.3"};
  CHECK(session.run_line("net") == Status::done);
  const std::string text = results.take();
  CHECK_THAT(text, Catch::Contains("eth0  52:54:00:12:34:56  address 10.0.2.15/24 from 10.0.2.2\n"));
  CHECK_THAT(text, Catch::EndsWith("Names are looked up at 10.0.2.3.\n"));
}

TEST_CASE_METHOD(Fixture, "net: says so when there is no link") {
  CHECK(session.run_line("net") == Status::done);
  CHECK(results.take().empty());
  CHECK(people.take() == "no network link: no network card was found\n");
  CHECK(session.run_line("net eth0") == Status::usage);
}

TEST_CASE_METHOD(Fixture, "net: says which card has no driver") {
  network.cards_without_driver = {{kNetworkCard, "0000:03:00.0", "15b3:1017"}};
  CHECK(session.run_line("net") == Status::done);
  CHECK(people.take() == "no driver here for the network card 15b3:1017 at 0000:03:00.0\n");
}

TEST_CASE_METHOD(DryRun, "net: as JSON") {
  network.all_links = {eth0()};
  network.all_nameservers = {"10.0.2.3"};
  CHECK(json("net")["links"] == nlohmann::json{{{"link", "eth0"},
                                                {"mac", "52:54:00:12:34:56"},
                                                {"carrier", "yes"},
                                                {"state", "address 10.0.2.15/24 from 10.0.2.2"},
                                                {"addresses", "10.0.2.15/24 fe80::5054:ff:fe12:3456/64"},
                                                {"server", "10.0.2.2"},
                                                {"router", "10.0.2.2"},
                                                {"dns", "10.0.2.3"},
                                                {"domain", "lan"},
                                                {"hostname", ""},
                                                {"next_server", ""},
                                                {"boot_file", "pxelinux.0"},
                                                {"config_file", ""},
                                                {"path_prefix", ""},
                                                {"root_path", ""},
                                                {"ntp", ""},
                                                {"mud", ""},
                                                {"lease6", ""},
                                                {"nameservers", "10.0.2.3"}}});
}
