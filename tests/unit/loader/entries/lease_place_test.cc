#include "loader/entries/lease_place.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/fakes/fake_machine_facts.h"
#include "tests/unit/fakes/fake_pe.h"
#include "tests/unit/fakes/fake_source_reader.h"
#include "tests/unit/fakes/images.h"

using namespace kboot;        // NOLINT(google-build-using-namespace)
using namespace kboot::test;  // NOLINT(google-build-using-namespace)

namespace {

std::string url_of(const Lease& lease) {
  FakeMachineFacts machine;
  Link link{.name = "eth0", .mac = "52:54:00:00:00:01", .up = true};
  link.lease = lease;
  machine.all_links = {link};
  const auto url = leased_url(machine);
  return url ? url->str() : "";
}

}  // namespace

TEST_CASE("lease: what it names is a URL, or a file on its TFTP server") {
  CHECK(url_of({.boot_file = "http://server/boot.ipxe"}) == "http://server/boot.ipxe");
  CHECK(url_of({.server = "10.0.0.1", .next_server = "10.0.0.2", .boot_file = "pxelinux.0"}) ==
        "tftp://10.0.0.2/pxelinux.0");
  CHECK(url_of({.server = "10.0.0.1", .boot_file = "/a/../k"}) == "tftp://10.0.0.1/k");
  CHECK(url_of({.server = "10.0.0.1"}).empty());
  CHECK_THROWS_AS(url_of({.boot_file = "file:///etc/passwd"}), Error);
}

TEST_CASE("lease: PXELINUX's configuration and prefix come before the file") {
  CHECK(url_of({.server = "10.0.0.1", .boot_file = "pxelinux.0", .config_file = "rack/7.cfg"}) ==
        "tftp://10.0.0.1/rack/7.cfg");
  CHECK(url_of({.server = "10.0.0.1", .config_file = "7.cfg", .path_prefix = "http://server/boot/"}) ==
        "http://server/boot/7.cfg");
  CHECK(url_of({.server = "10.0.0.1", .config_file = "/7.cfg", .path_prefix = "/boot/"}) ==
        "tftp://10.0.0.1/7.cfg");
  CHECK(url_of({.server = "10.0.0.1", .config_file = "https://server/7", .path_prefix = "/boot/"}) ==
        "https://server/7");
  CHECK(url_of({.boot_file = "pxelinux.0", .path_prefix = "http://server/boot/"}) ==
        "http://server/boot/pxelinux.cfg/");
  CHECK_THROWS_AS(url_of({.config_file = "file:///etc/passwd"}), Error);
}

TEST_CASE("lease: PXELINUX's configuration is read as one, and its folder is searched") {
  FakeMachineFacts machine;
  Link link{.name = "eth0", .mac = "52:54:00:00:00:01", .up = true};
  link.lease = Lease{.server = "s", .config_file = "linux"};
  machine.all_links = {link};
  FakeSourceReader reader;
  reader.files["tftp://s/linux"] = "LABEL a\nKERNEL k\nAPPEND quiet\n";
  CHECK(read_leased({"tftp://s", "/linux"}, machine, reader).entries.at(0).cmdline == "quiet");
  machine.all_links[0].lease = Lease{.server = "s", .path_prefix = "/boot/"};
  reader.files["tftp://s/boot/pxelinux.cfg/01-52-54-00-00-00-01"] = "LABEL a\nKERNEL k\nAPPEND mine\n";
  CHECK(read_leased({"tftp://s", "/boot/pxelinux.cfg/"}, machine, reader).entries.at(0).cmdline == "mine");
}

TEST_CASE("lease: a configuration is followed, a kernel and an image are booted") {
  FakeMachineFacts machine;
  FakeSourceReader reader;
  reader.files["tftp://s/boot.ipxe"] = "#!ipxe\nkernel k a=1\nboot\n";
  reader.files["tftp://s/vmlinuz"] = BzImage{}.bytes();
  reader.files["tftp://s/x.efi"] = pe_file({{".linux", "k"}, {".cmdline", "quiet"}});
  const auto first = [&](const std::string& path) {
    const BootSource source = read_leased({"tftp://s", path}, machine, reader);
    REQUIRE_FALSE(source.entries.empty());
    CHECK(source.default_entry == 0);
    return source.entries[0];
  };
  CHECK(first("/boot.ipxe").cmdline == "a=1");
  CHECK(first("/vmlinuz").kernel->str() == "tftp://s/vmlinuz");
  CHECK(first("/x.efi").kind == SourceEntry::Kind::uki);
  CHECK_THROWS_WITH(first("/none"), "tftp://s/none: no such file");
}

TEST_CASE("lease: beside another loader's program PXELINUX's configuration is looked for") {
  FakeMachineFacts machine;
  FakeSourceReader reader;
  reader.files["tftp://s/boot/pxelinux.0"] = std::string("\xea\x05\0program", 10);
  CHECK_THROWS_AS(read_leased({"tftp://s", "/boot/pxelinux.0"}, machine, reader), Error);
  reader.files["tftp://s/boot/pxelinux.cfg/default"] = "LABEL a\nKERNEL k\n";
  const BootSource source = read_leased({"tftp://s", "/boot/pxelinux.0"}, machine, reader);
  REQUIRE(source.entries.size() == 1);
  CHECK(source.entries[0].kernel->str() == "tftp://s/boot/k");
  CHECK(source.diagnostics[0].str() ==
        "tftp://s/boot/pxelinux.0: another loader's program; PXELINUX's configuration beside it is read");
}
