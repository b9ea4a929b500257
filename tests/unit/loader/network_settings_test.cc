#include "loader/network_settings.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;
using test::TemporaryFolder;

TEST_CASE("network settings: what is typed is done when the daemon has done it") {
  const TemporaryFolder folder;
  const NetworkSettings settings(folder.path());
  CHECK_FALSE(settings.done());  // the daemon has not looked at the links yet
  settings.set_done(settings.text());
  CHECK(settings.done());

  settings.publish("net.eth0", "10.77.0.20/24 fd77::20/64");
  CHECK_FALSE(settings.done());
  const std::string text = settings.text();
  CHECK(plan_of_settings(text).links.at("eth0").addresses ==
        std::vector<std::string>{"10.77.0.20/24", "fd77::20/64"});

  settings.publish("net.eth0", "10.77.0.21/24");
  settings.set_done(text);
  CHECK_FALSE(settings.done());  // it did what counted before
  settings.set_done(settings.text());
  CHECK(settings.done());
}

TEST_CASE("network settings: what counts already is not waited for") {
  const TemporaryFolder folder;
  const NetworkSettings settings(folder.path());
  settings.publish("net.eth0", "dhcp");
  settings.set_done(settings.text());
  settings.publish("net.eth0", "dhcp");
  CHECK(settings.done());
}

TEST_CASE("network settings: the first session's count, then what is typed") {
  const TemporaryFolder folder;
  const NetworkSettings settings(folder.path());
  Variables first;
  first.set("net.eth0", {"10.77.0.20/24", Source::booted_system, ""});
  first.set("timeout", {"3", Source::booted_system, ""});
  settings.publish(first);
  settings.publish(Variables{});
  CHECK(settings.text() == "net.eth0='10.77.0.20/24'\n");
  settings.publish("net.eth1", "off");
  CHECK(settings.text() == "net.eth0='10.77.0.20/24'\nnet.eth1='off'\n");
}

TEST_CASE("network settings: where there is no daemon, nothing is waited for") {
  CHECK(NetworkSettings("/nonexistent/kboot").done());
}
