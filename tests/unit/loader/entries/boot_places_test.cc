#include "loader/entries/boot_places.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/fakes/fake_fetcher.h"
#include "tests/unit/fakes/fake_initiator.h"
#include "tests/unit/fakes/fake_mounter.h"
#include "tests/unit/fakes/fake_volumes.h"

using namespace kboot;        // NOLINT(google-build-using-namespace)
using namespace kboot::test;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;

namespace {

struct Places {
  FakeMounter mounter;
  FakeFetcher fetcher;
  FakeVolumes volumes;
  FakeInitiator initiator;
  Resolver resolver{mounter, fetcher, volumes, initiator};

  std::string name_of(std::string_view word) {
    const auto place = find_place(word, resolver, KbootPath{"/"});
    return place ? place->name : "";
  }
};

}  // namespace

TEST_CASE_METHOD(Places, "boot places: a device that comes late is waited for as in a path") {
  const std::string word = GENERATE(as<std::string>(), "sdz9", "/dev/sdz9", "UUID=abcd");
  mounter.add_late({.node = "/dev/sdz9", .type = "ext4", .uuid = "abcd"}, 5);
  CHECK(name_of(word).empty());
  resolver.set_wait(60s);
  std::vector<std::string> waited;
  resolver.set_on_wait([&](const std::string& device) {
    waited.push_back(device);
    return [] { return false; };
  });
  CHECK(name_of(word) == "sdz9");
  CHECK(waited == std::vector<std::string>{word == "UUID=abcd" ? word : "sdz9"});
}

TEST_CASE_METHOD(Places, "boot places: the wait ends when it is told to, and then there is no such place") {
  resolver.set_wait(3600s);
  resolver.set_on_wait([](const std::string&) { return [] { return true; }; });
  CHECK(name_of("sdz9").empty());
}

TEST_CASE_METHOD(Places,
                 "boot places: an array is activated by its name; what is wrong with it is an error") {
  volumes.steps.emplace_back([this] { mounter.add({.node = "/dev/md0", .type = "ext4"}); });
  CHECK(name_of("md0") == "md0");
  volumes.steps.emplace_back([] { fail("/dev/sda: 3 wrong passphrases"); });
  CHECK_THROWS_WITH(name_of("md1"), "/dev/sda: 3 wrong passphrases");
}
