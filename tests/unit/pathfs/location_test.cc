#include "pathfs/location.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/base/generator.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)

namespace {

bool has_device(std::string_view name) {
  static const std::set<std::string, std::less<>> devices = {
      "sda6", "vg/lv", "md0", "mapper/root", "server", "nvme0n1p2", "disk/by-path/pci-0000:00:1f.2-ata-1"};
  return devices.find(name) != devices.end();
}

Location parse(std::string_view text, const Location& cwd = KbootPath{"/"}) {
  return parse_location(text, cwd, has_device);
}

Location booted(const std::string& path) {
  return BootedPath{path};
}
Location kboot_root(const std::string& path) {
  return KbootPath{path};
}
Location device(const std::string& name, const std::string& path) {
  return DevicePath{name, path};
}
Location nfs(const std::string& host, const std::string& path) {
  return NfsPath{host, path};
}

}  // namespace

TEST_CASE("paths: //x is in kboot's own root") {
  CHECK(parse("//tmp/k") == kboot_root("/tmp/k"));
  CHECK(parse("//") == kboot_root("/"));
  CHECK(parse("///tmp") == kboot_root("/tmp"));
  CHECK(parse("//tmp//./k/") == kboot_root("/tmp/k"));
  CHECK(parse("//dev/sda6:/k") == kboot_root("/dev/sda6:/k"));
}

TEST_CASE("paths: /x is in the booted system") {
  CHECK(parse("/boot/vmlinuz") == booted("/boot/vmlinuz"));
  CHECK(parse("/") == booted("/"));
  CHECK(parse("/./boot/") == booted("/boot"));
  CHECK(parse("/boot/../etc") == booted("/boot/../etc"));
  CHECK(parse("/dev/sda6") == booted("/dev/sda6"));
  CHECK(parse("/dev/null") == booted("/dev/null"));
  CHECK(parse("/boot/a:b") == booted("/boot/a:b"));
}

TEST_CASE("paths: a relative path continues the current directory, wherever that is") {
  CHECK(parse("sub/k", kboot_root("/tmp")) == kboot_root("/tmp/sub/k"));
  CHECK(parse("./k", booted("/boot")) == booted("/boot/k"));
  CHECK(parse("../k", device("sda6", "/d")) == device("sda6", "/d/../k"));
  CHECK(parse("k", nfs("server", "/export")) == nfs("server", "/export/k"));
  CHECK(parse("k", IscsiPath{"server::::iqn.x", "/d"}) == Location(IscsiPath{"server::::iqn.x", "/d/k"}));
  CHECK(parse(".", booted("/boot")) == booted("/boot"));
  CHECK(parse("a%20b", booted("/")) == booted("/a%20b"));
  CHECK_THROWS_AS(parse("k", Url::parse("http://server/")), Error);
}

TEST_CASE("paths: the four ways to write a file on a device are equal") {
  for (const char* text : {"sda6:/d/k", "sda6:d/k", "/dev/sda6:/d/k", "/dev/sda6:d/k", "sda6:./d//k/"})
    CHECK(parse(text) == device("sda6", "/d/k"));
  CHECK(parse("sda6:") == device("sda6", "/"));
  CHECK(parse("sda6:a:b") == device("sda6", "/a:b"));
  CHECK(parse("sda6:/..") == device("sda6", "/.."));
}

TEST_CASE("paths: devices with a slash or a colon in their names") {
  CHECK(parse("vg/lv:/k") == device("vg/lv", "/k"));
  CHECK(parse("/dev/vg/lv:k") == device("vg/lv", "/k"));
  CHECK(parse("md0:/k") == device("md0", "/k"));
  CHECK(parse("mapper/root:/k") == device("mapper/root", "/k"));
  CHECK(parse("/dev/disk/by-path/pci-0000:00:1f.2-ata-1:/k") ==
        device("disk/by-path/pci-0000:00:1f.2-ata-1", "/k"));
}

TEST_CASE("paths: tags stand for devices") {
  CHECK(parse("UUID=1234-ABCD:/k") == device("UUID=1234-ABCD", "/k"));
  CHECK(parse("LABEL=my disk:k") == device("LABEL=my disk", "/k"));
  CHECK(parse("LABEL=/boot:/k") == device("LABEL=/boot", "/k"));
  CHECK(parse("PARTUUID=aa-01:/k") == device("PARTUUID=aa-01", "/k"));
  CHECK(parse("PARTLABEL=EFI:/k") == device("PARTLABEL=EFI", "/k"));
  CHECK(parse("UUID=:/k", booted("/")) == booted("/UUID=:/k"));
  CHECK(parse("uuid=x", booted("/")) == booted("/uuid=x"));
  CHECK(parse("UUID=x", booted("/")) == booted("/UUID=x"));
}

TEST_CASE("paths: a device that is not there is an error and never a host") {
  for (const char* text : {"sdz9:/k", "sdz9:k", "sdz9:", "hda1:/k", "vdb:/k", "nvme1n1p1:/k", "mmcblk0p1:/k",
                           "md127:/k", "dm-3:/k", "sr0:/k", "fd0:/k", "loop7:/k", "loop7p1:/k",
                           "/dev/sdz9:/k", "/dev/vg/absent:/k", "/dev/anything:k"})
    CHECK_THROWS_WITH(parse(text), "no such device");
}

TEST_CASE("paths: hosts whose names only begin like a device's") {
  for (const char* host :
       {"sdcard", "srv", "media", "mdns", "md5sums", "loopback", "fdroid", "vdi-server", "nvme", "hda.lan"})
    CHECK(parse(std::string(host) + ":/k") == nfs(host, "/k"));
}

TEST_CASE("paths: host:/x is NFS unless a device has that name") {
  CHECK(parse("host:/dir/file") == nfs("host", "/dir/file"));
  CHECK(parse("10.0.0.1:/dir") == nfs("10.0.0.1", "/dir"));
  CHECK(parse("host.lan:/") == nfs("host.lan", "/"));
  CHECK(parse("[2001:db8::1]:/dir/file") == nfs("2001:db8::1", "/dir/file"));
  CHECK(parse("[fe80::1%eth0]:/k") == nfs("fe80::1%eth0", "/k"));
  CHECK(parse("server:/k") == device("server", "/k"));
  CHECK_THROWS_WITH(parse("[2001:db8::g]:/k"), "not an IPv6 address: 2001:db8::g");
  CHECK_THROWS_AS(parse("[]:/k"), Error);
}

TEST_CASE("paths: files with a colon in their names") {
  const Location cwd = booted("/boot");
  CHECK(parse("./a:b", cwd) == booted("/boot/a:b"));
  CHECK(parse("./sda6:/k", cwd) == booted("/boot/sda6:/k"));
  CHECK(parse("./host:/k", cwd) == booted("/boot/host:/k"));
  CHECK(parse("a:b", cwd) == booted("/boot/a:b"));
  CHECK(parse("foo:", cwd) == booted("/boot/foo:"));
  CHECK(parse(":x", cwd) == booted("/boot/:x"));
  CHECK(parse(":/x", cwd) == booted("/boot/:/x"));
  CHECK(parse("a/b:c", cwd) == booted("/boot/a/b:c"));
  CHECK(parse("a/b:/c", cwd) == booted("/boot/a/b:/c"));
  CHECK(parse("..:/k", cwd) == booted("/boot/..:/k"));
  CHECK(parse("[x]:k", cwd) == booted("/boot/[x]:k"));
  CHECK(parse("user@host:/k", cwd) == booted("/boot/user@host:/k"));
}

TEST_CASE("paths: no name leads out of /dev") {
  const IsDevice everything = [](std::string_view name) {
    CHECK(name.find("..") == std::string_view::npos);
    CHECK_FALSE(name.starts_with('/'));
    return true;
  };
  CHECK(parse_location("../etc:/k", booted("/"), everything) == booted("/../etc:/k"));
  CHECK(parse_location("/dev/../etc:/k", booted("/"), everything) == booted("/dev/../etc:/k"));
  CHECK_FALSE(parse_device("/dev/../etc", everything));
  CHECK_FALSE(parse_device("/dev//etc", everything));
  CHECK_FALSE(parse_device("/dev/", everything));
}

TEST_CASE("paths: :// decides for a URL first") {
  CHECK(parse("http://server/k") == Location(Url::parse("http://server/k")));
  CHECK_THROWS_WITH(parse("sda6://k"), Catch::StartsWith("sda6: is not fetched by this kboot"));
  CHECK_THROWS_AS(parse("file:///etc/passwd"), Error);
}

TEST_CASE("paths: iscsi:ADDRESS:/PATH") {
  CHECK(parse("iscsi:10.0.0.1::::iqn.2026-01.org.kboot:disk:/boot/k") ==
        Location(IscsiPath{"10.0.0.1::::iqn.2026-01.org.kboot:disk", "/boot/k"}));
  CHECK(parse("iscsi:[2001:db8::1]:6:3260:0:iqn.x:/k") ==
        Location(IscsiPath{"[2001:db8::1]:6:3260:0:iqn.x", "/k"}));
  CHECK(parse("iscsi:host:::1-2:eui.02004567A425678D:") ==
        Location(IscsiPath{"host:::1-2:eui.02004567A425678D", "/"}));
  for (const char* text : {"iscsi:", "iscsi:host", "iscsi:host:/k", "iscsi:host:::0:/k",
                           "iscsi:host::port:0:iqn.x:/k", "iscsi::::::/k", "iscsi:[::1:::0:iqn.x:/k"})
    CHECK_THROWS_WITH(parse(text), Catch::StartsWith("not an iSCSI path"));
}

TEST_CASE("paths: no path at all") {
  CHECK_THROWS_AS(parse(""), Error);
  CHECK_THROWS_AS(parse(std::string_view("/boot\0/k", 8)), Error);
}

TEST_CASE("paths: a whole device is a word without a path") {
  const auto name = [](std::string_view text) {
    const auto found = parse_device(text, has_device);
    return found ? found->device : "none";
  };
  CHECK(name("sda6") == "sda6");
  CHECK(name("/dev/sda6") == "sda6");
  CHECK(name("/dev/sdz9") == "sdz9");
  CHECK(name("vg/lv") == "vg/lv");
  CHECK(name("UUID=1234") == "UUID=1234");
  CHECK(name("/dev/disk/by-path/pci-0000:00:1f.2-ata-1") == "disk/by-path/pci-0000:00:1f.2-ata-1");
  CHECK(name("sdz9") == "none");
  CHECK(name("sda6:") == "none");
  CHECK(name("UUID=1234:/k") == "none");
  CHECK(name("UUID=") == "none");
  CHECK(name("ls") == "none");
  CHECK(name("") == "none");
}

TEST_CASE("paths: they are shown as they can be typed again") {
  CHECK(to_string(kboot_root("/")) == "//");
  CHECK(to_string(kboot_root("/tmp")) == "///tmp");
  CHECK(to_string(booted("/")) == "/");
  CHECK(to_string(device("sda6", "/kernels")) == "/dev/sda6:/kernels");
  CHECK(to_string(device("sda6", "/")) == "/dev/sda6:/");
  CHECK(to_string(device("UUID=12", "/k")) == "UUID=12:/k");
  CHECK(to_string(nfs("server", "/kernels")) == "server:/kernels");
  CHECK(to_string(nfs("::1", "/k")) == "[::1]:/k");
  CHECK(to_string(IscsiPath{"h::::iqn.x", "/k"}) == "iscsi:h::::iqn.x:/k");
  CHECK(to_string(Url::parse("http://u:p@server/k?secret")) == "http://server/k?…");
}

TEST_CASE("paths: a folder below /dev of the booted system is no device") {
  CHECK(to_string(booted("/dev/disk/a:b")) == "/./dev/disk/a:b");
  CHECK(parse_location("/./dev/disk/a:b", booted("/"), [](auto) { return true; }) == booted("/dev/disk/a:b"));
}

TEST_CASE("paths: what is shown of one is the same path when it is typed") {
  const std::vector<std::string> names = {"sda6",      "a:b",  "disk/by-path/pci-0:1.2", "vg/lv", "UUID=1-2",
                                          "LABEL=a b", "md0p1"};
  const IsDevice is_device = [&](std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  test::Generator any;
  const auto any_path = [&] {
    std::string path;
    for (const std::string& name : path_components(any.text(20, "//abd.:@=?#~ ev'\"\\\x9b")))
      path += "/" + name;
    if (any.below(4) == 0) path = "/dev" + path;
    return path.empty() ? std::string("/") : path;
  };
  for (int i = 0; i < 5000; ++i) {
    const std::vector<Location> kinds = {
        KbootPath{any_path()},
        BootedPath{any_path()},
        DevicePath{any.one_of(names), any_path()},
        NfsPath{any.one_of<std::string>({"server", "10.0.0.1", "a-b_c.d", "fe80::1%eth0", "::1"}),
                any_path()},
        IscsiPath{any.one_of<std::string>({"h::::iqn.x", "[::1]:6:3260:1:iqn.2026-01.x:y"}), any_path()},
    };
    const Location& location = any.one_of(kinds);
    const std::string text = to_string(location);
    INFO(text);
    REQUIRE(parse_location(text, any.one_of(kinds), is_device) == location);
    // What is shown of a word is what was meant by it.
    const auto read = [&](const std::string& word) -> std::optional<Location> {
      try {
        return parse_location(word, KbootPath{"/"}, is_device);
      } catch (const Error&) {
        return std::nullopt;  // no such device
      }
    };
    if (const auto meant = read(any_path() + any.text(3, "/:a"))) {
      INFO(to_string(*meant));
      REQUIRE(read(to_string(*meant)) == meant);
    }
  }
}

TEST_CASE("paths: a URL without secrets is shown as it can be typed again") {
  test::Generator any;
  for (int i = 0; i < 500; ++i) {
    const std::string text = any.one_of<std::string>({"http", "https", "tftp"}) + "://" +
                             any.one_of<std::string>({"server", "10.0.0.1:8080", "[::1]"}) + "/" +
                             any.text(12, "abc/.:~-_@=&;,");
    INFO(text);
    const std::string shown = to_string(Url::parse(text));
    REQUIRE(to_string(Url::parse(shown)) == shown);
    REQUIRE(Url::parse(shown).path() == Url::parse(text).path());
  }
}
