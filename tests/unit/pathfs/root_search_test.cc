#include "pathfs/root_search.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "pathfs/resolver.h"
#include "pathfs/unknown_root.h"
#include "tests/unit/fakes/fake_fetcher.h"
#include "tests/unit/fakes/fake_initiator.h"
#include "tests/unit/fakes/fake_mounter.h"
#include "tests/unit/fakes/fake_volumes.h"

using namespace kboot;        // NOLINT(google-build-using-namespace)
using namespace kboot::test;  // NOLINT(google-build-using-namespace)

namespace {

/// Gives what `found` is.
class FakeRootSearch final : public RootSearch {
 public:
  bool take_root(Resolver& resolver) override {
    ++asked;
    if (found) resolver.set_booted_root(*found);
    return found.has_value();
  }
  std::string candidates() override { return known; }

  std::optional<BootedRoot> found;
  std::string known;
  int asked = 0;
};

/// / on sda1, /boot on sda2, and nothing that says so.
struct Lost {
  FakeMounter mounter;
  FakeFetcher fetcher;
  FakeVolumes volumes;
  FakeInitiator initiator;
  Resolver resolver{mounter, fetcher, volumes, initiator};
  FakeRootSearch search;
  BootedRoot root{.device = "/dev/sda1", .fstab = {{"/dev/sda2", "/boot", "ext4", ""}}};

  Lost() {
    mounter.add({.node = "/dev/sda1"}).make_folder("boot");
    mounter.add({.node = "/dev/sda2"}).write("vmlinuz", "kernel");
    resolver.set_root_search(&search);
  }
  std::string error(const std::string& path) {
    try {
      resolver.resolve(BootedPath{path});
    } catch (const UnknownRoot& error) {
      return describe(error);
    }
    return "";
  }
};

constexpr const char* kUnknown =
    "where the booted system is, is not known: neither root= is set nor has fstab an entry for /";

}  // namespace

TEST_CASE_METHOD(Lost, "root search: a path that needs the booted system has its root searched, once") {
  search.found = root;
  CHECK(resolver.resolve(BootedPath{"/boot/vmlinuz"}).source == "/dev/sda2");
  CHECK(resolver.resolve(BootedPath{"/"}).source == "/dev/sda1");
  CHECK(search.asked == 1);
}

TEST_CASE_METHOD(Lost, "root search: all file systems of a root that was found are mounted") {
  search.found = root;
  CHECK(resolver.mount_booted_system().size() == 2);
  CHECK(search.asked == 1);
}

TEST_CASE_METHOD(Lost, "root search: without a root the error names the candidates") {
  CHECK(error("/boot/vmlinuz") == kUnknown);
  search.known = "root=/dev/sda1";
  CHECK(error("/boot/vmlinuz") == std::string(kUnknown) + "; try root=/dev/sda1");
  CHECK_THROWS_AS(resolver.mount_booted_system(), UnknownRoot);
}

TEST_CASE_METHOD(Lost, "root search: nothing is searched where the path needs no root, or has one") {
  search.found = root;
  resolver.set_booted_root({.fstab = {{"/dev/sda2", "/boot", "ext4", ""}}});
  CHECK(resolver.resolve(BootedPath{"/boot/vmlinuz"}).source == "/dev/sda2");
  resolver.set_booted_root({.fstab = {{"/dev/sda1", "/", "ext4", ""}}});
  CHECK(resolver.resolve(BootedPath{"/boot"}).source == "/dev/sda1");
  CHECK(search.asked == 0);
}

TEST_CASE_METHOD(Lost, "root search: a glance searches none") {
  search.found = root;
  {
    const Resolver::Glance glance(resolver, [](const std::string&) { return true; });
    CHECK(error("/boot/vmlinuz") == kUnknown);
  }
  CHECK(search.asked == 0);
  CHECK(error("/boot/vmlinuz").empty());
}
