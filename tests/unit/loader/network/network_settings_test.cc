#include "loader/network/network_settings.h"

#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;
using test::TemporaryFolder;

namespace {

Variables nothing_built_in() {
  return {};
}

}  // namespace

TEST_CASE("network settings: what is typed is done when the daemon has done it") {
  const TemporaryFolder folder;
  const NetworkSettings settings(nothing_built_in, folder.path());
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
  const NetworkSettings settings(nothing_built_in, folder.path());
  settings.publish("net.eth0", "dhcp");
  settings.set_done(settings.text());
  settings.publish("net.eth0", "dhcp");
  CHECK(settings.done());
}

TEST_CASE("network settings: the first session's count, then what is typed") {
  const TemporaryFolder folder;
  const NetworkSettings settings(nothing_built_in, folder.path());
  Variables first;
  first.set("net.eth0", {"10.77.0.20/24", Source::booted_system, ""});
  first.set("timeout", {"3", Source::booted_system, ""});
  settings.publish(first);
  settings.publish(Variables{});
  CHECK(settings.text() == "net.eth0='10.77.0.20/24'\n");
  settings.publish("net.eth1", "off");
  CHECK(settings.text() == "net.eth0='10.77.0.20/24'\nnet.eth1='off'\n");
}

TEST_CASE("network settings: what two sessions set at the same time counts, both") {
  const TemporaryFolder folder;
  constexpr int kEach = 50;
  const auto set = [&](const std::string& name) {
    const NetworkSettings settings(nothing_built_in, folder.path());
    for (int i = 0; i < kEach; ++i) settings.publish(fmt::format("net.{}{}", name, i), "off");
  };
  std::thread other([&] { set("b"); });
  set("a");
  other.join();
  const NetworkPlan plan = plan_of_settings(NetworkSettings(nothing_built_in, folder.path()).text());
  CHECK(plan.links.size() == std::size_t{2} * kEach);
}

TEST_CASE("network settings: a value keeps its quotes") {
  const TemporaryFolder folder;
  const NetworkSettings settings(nothing_built_in, folder.path());
  settings.publish("net.eth0", "10.0.0.1/8 it's 'not' \"understood\"");
  settings.publish("net.eth1", "off");
  CHECK(plan_of_settings(settings.text()).links.at("eth0").addresses ==
        std::vector<std::string>{"10.0.0.1/8"});
}

TEST_CASE("network settings: where there is no daemon, nothing is waited for") {
  CHECK(NetworkSettings(nothing_built_in, "/nonexistent/kboot").done());
}
