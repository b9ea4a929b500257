#include <catch2/catch.hpp>

#include "base/error.h"
#include "loader/entries/boot_places.h"
#include "loader/entries/pxelinux_search.h"
#include "loader/entries/url_reader.h"
#include "netfetch/transfer_error.h"
#include "tests/unit/fakes/fake_fetcher.h"
#include "tests/unit/fakes/fake_initiator.h"
#include "tests/unit/fakes/fake_machine_facts.h"
#include "tests/unit/fakes/fake_mounter.h"
#include "tests/unit/fakes/fake_volumes.h"

using namespace kboot;        // NOLINT(google-build-using-namespace)
using namespace kboot::test;  // NOLINT(google-build-using-namespace)

namespace {

using Strings = std::vector<std::string>;

/// A machine with servers.
struct Servers {
  FakeMounter mounter;
  FakeFetcher fetcher;
  FakeVolumes volumes;
  FakeInitiator initiator;
  Resolver resolver{mounter, fetcher, volumes, initiator};
  FakeMachineFacts machine;

  EntryList list(const std::string& url) {
    const auto place = find_place(url, resolver, KbootPath{"/"});
    REQUIRE(place);
    return list_place(*place, resolver, machine);
  }
  Strings ids(const std::string& url) {
    Strings ids;
    for (const ListedEntry& entry : list(url).entries) ids.push_back(entry.id);
    return ids;
  }
};

constexpr const char* kMenu =
    "#!ipxe\n"
    "menu Boot\n"
    "item linux Linux\n"
    "item rescue Rescue\n"
    "choose --default rescue what && goto ${what}\n"
    ":linux\nkernel vmlinuz quiet\ninitrd /initrd.img\nboot\n"
    ":rescue\nchain rescue.ipxe\n";

}  // namespace

TEST_CASE_METHOD(Servers, "servers: an iPXE script is a place, whose paths start at its URL") {
  fetcher.files["http://server/boot/menu.ipxe"] = kMenu;
  fetcher.files["http://server/boot/rescue.ipxe"] = "#!ipxe\nkernel http://other/vmlinuz single\nboot\n";
  const EntryList found = list("http://server/boot/menu.ipxe");
  REQUIRE(found.entries.size() == 2);
  CHECK(found.entries[0].id == "http://server/boot/menu.ipxe#linux");
  CHECK(found.entries[0].entry.kernel->str() == "http://server/boot/vmlinuz");
  REQUIRE(found.entries[0].entry.initrds.size() == 1);
  CHECK(found.entries[0].entry.initrds[0].str() == "http://server/initrd.img");
  CHECK(found.entries[0].entry.cmdline == "quiet");
  CHECK(found.entries[1].entry.kernel->str() == "http://other/vmlinuz");
  CHECK(found.entries[1].is_default);
  // A kernel is asked for when it is booted.
  CHECK(fetcher.fetched.size() + fetcher.probed.size() == 2);
}

TEST_CASE_METHOD(Servers, "servers: other formats are known by their names and texts, too") {
  fetcher.files["http://server/grub.cfg"] = "menuentry 'A' --id a {\n linux /k quiet\n initrd /i\n}\n";
  fetcher.files["tftp://server/x/extlinux.conf"] = "DEFAULT a\nLABEL a\nKERNEL k\nAPPEND x\n";
  fetcher.files["http://server/loader/entries/b.conf"] = "title B\nlinux /k\n";
  fetcher.files["http://server/kboot.conf"] = "mine=\"http://server/k quiet\"\n";
  CHECK(ids("http://server/grub.cfg") == Strings{"http://server/grub.cfg#a"});
  CHECK(list("http://server/grub.cfg").entries[0].entry.kernel->str() == "http://server/k");
  CHECK(ids("tftp://server/x/extlinux.conf") == Strings{"tftp://server/x/extlinux.conf#a"});
  CHECK(list("tftp://server/x/extlinux.conf").entries[0].entry.kernel->str() == "tftp://server/x/k");
  CHECK(ids("http://server/loader/entries/b.conf") == Strings{"http://server/loader/entries/b.conf#b"});
  CHECK(ids("http://server/kboot.conf") == Strings{"http://server/kboot.conf#mine"});
  fetcher.files["http://server/k.cfg"] = "hello\n";
  CHECK_THROWS_WITH(list("http://server/k.cfg"), "http://server/k.cfg: no boot configuration that is known");
  CHECK_THROWS_WITH(list("http://server/none"), "http://server/none: no such file");
}

TEST_CASE_METHOD(Servers, "servers: what a configuration of one names on a disk cannot be booted") {
  mounter.add({.node = "/dev/sda1", .type = "ext4"}).write("vmlinuz", "kernel");
  fetcher.files["http://server/kboot.conf"] = "disk=\"sda1:/vmlinuz\"\n";
  const EntryList found = list("http://server/kboot.conf");
  REQUIRE(found.entries.size() == 1);
  CHECK(found.entries[0].entry.kind == SourceEntry::Kind::unbootable);
  CHECK(found.entries[0].entry.why ==
        "sda1:/vmlinuz: a server's configuration does not lead to this machine's disks");
}

TEST_CASE_METHOD(Servers, "servers: a user, a password and a query are used and not shown") {
  const std::string url = "http://me:secret@server/menu.php?token=abc/def&x=1";
  fetcher.files[url] = "#!ipxe\nfrobnicate ||\nkernel k?key=hidden a\ninitrd i\nboot\n";
  const EntryList found = list(url);
  REQUIRE(found.entries.size() == 1);
  CHECK(found.entries[0].entry.kernel->str() == "http://me:secret@server/k?key=hidden");
  const std::string json = entries_json(found);
  INFO(json);
  CHECK_THAT(json, Catch::Contains("server/k?…") && !Catch::Contains("secret") &&
                       !Catch::Contains("hidden") && !Catch::Contains("abc"));
  const std::string text = entries_text(found);
  CHECK_THAT(text, !Catch::Contains("secret") && !Catch::Contains("abc"));
  CHECK_THROWS_WITH(list("http://me:secret@server/none?token=abc"),
                    !Catch::Contains("secret") && !Catch::Contains("abc"));
}

TEST_CASE_METHOD(Servers, "servers: an entry's name stands behind the last #, a demand is none") {
  const auto split = [&](const std::string& word) {
    const auto found = split_entry_word(word, resolver, KbootPath{"/"});
    return found ? found->place.name + " " + found->name : "";
  };
  CHECK(split("http://server/menu.ipxe#linux") == "http://server/menu.ipxe linux");
  CHECK(split("http://server/menu.ipxe#2") == "http://server/menu.ipxe 2");
  CHECK(split("https://server/menu.ipxe#insecure=true#linux") == "https://server/menu.ipxe linux");
  CHECK(split("http://server/vmlinuz#sha256=abc").empty());
  CHECK(split("https://server/vmlinuz#insecure=true").empty());
  CHECK(split("http://me:a#b@server/vmlinuz").empty());
  CHECK(split("http://server/vmlinuz#").empty());
  CHECK(split("http://server/vmlinuz").empty());
}

TEST_CASE_METHOD(Servers, "servers: what is demanded of a configuration counts for it") {
  const std::string demand = "#sha256=" + std::string(64, '0');
  fetcher.files["http://server/menu.ipxe" + demand] = "#!ipxe\nkernel k\nboot\n";
  CHECK(list("http://server/menu.ipxe" + demand).entries.size() == 1);
  // The checksum is of the whole.
  CHECK(fetcher.probed.empty());
}

TEST_CASE_METHOD(Servers, "servers: PXELINUX's search goes from this machine to all") {
  machine.smbios["product_uuid"] = "B8945908-D6A6-41A9-611D-74A6AB80B83D";
  Link second{.name = "eth1", .mac = "88:99:aa:bb:cc:dd", .up = true, .addresses = {"192.168.2.91/24"}};
  machine.all_links = {{.name = "eth0", .mac = "52:54:00:00:00:01"}, second};
  CHECK(pxelinux_names(machine) == Strings{"b8945908-d6a6-41a9-611d-74a6ab80b83d", "01-88-99-aa-bb-cc-dd",
                                           "01-52-54-00-00-00-01", "C0A8025B", "C0A8025", "C0A802", "C0A80",
                                           "C0A8", "C0A", "C0", "C", "default"});
  machine.booted_from = "52:54:00:00:00:01";
  CHECK(pxelinux_names(machine)[1] == "01-52-54-00-00-00-01");

  fetcher.files["http://server/pxelinux.cfg/default"] = "LABEL all\nKERNEL k\n";
  const std::string folder = "http://server/pxelinux.cfg/";
  CHECK(ids(folder) == Strings{folder + "#all"});
  CHECK(list(folder).sources[0].file.str() == folder + "default");
  CHECK(list(folder).entries[0].entry.kernel->str() == "http://server/k");
  fetcher.files["http://server/pxelinux.cfg/C0A802"] = "LABEL subnet\nKERNEL k\n";
  CHECK(ids(folder) == Strings{folder + "#subnet"});
  fetcher.files.clear();
  CHECK_THROWS_WITH(list(folder), Catch::StartsWith(folder + ": no configuration for this machine") &&
                                      Catch::EndsWith("C, default"));
  // A server that does not answer is not asked for eleven files.
  fetcher.failures["http://server/pxelinux.cfg/b8945908-d6a6-41a9-611d-74a6ab80b83d"] = "connection refused";
  fetcher.probed.clear();
  CHECK_THROWS_WITH(list(folder), Catch::EndsWith("connection refused"));
  CHECK(fetcher.probed.size() == 1);
}

TEST_CASE_METHOD(Servers, "servers: PXELINUX's search goes through a folder of a disk as well") {
  TemporaryFolder& disk = mounter.add({.node = "/dev/sda1", .type = "ext4"});
  disk.write("tftp/pxelinux.cfg/default", "LABEL all\nKERNEL /k\n");
  disk.write("k", "kernel");
  CHECK(ids("sda1:/tftp/pxelinux.cfg") == Strings{"sda1:/tftp/pxelinux.cfg#all"});
}

TEST_CASE_METHOD(Servers, "servers: a script that leads to ever more files ends") {
  std::string script = "#!ipxe\n";
  for (int i = 0; i < 600; ++i) script += "chain s" + std::to_string(i) + ".ipxe ||\n";
  fetcher.files["http://server/menu.ipxe"] = script;
  list("http://server/menu.ipxe");
  CHECK(fetcher.fetched.size() + fetcher.probed.size() <= UrlReader::kMaxFiles);
}

TEST_CASE_METHOD(Servers, "servers: a URL is a place by itself only where its text is a configuration's") {
  const auto is = [&](const std::string& text) {
    fetcher.files["http://server/x"] = text;
    return is_configuration(Url::parse("http://server/x"), resolver);
  };
  CHECK(is("#!ipxe\n"));
  CHECK(is("menuentry 'A' {\n linux /k\n}\n"));
  CHECK(is("LABEL a\nKERNEL k\n"));
  CHECK_FALSE(is("hello\n"));
  CHECK_FALSE(is("<html>\n<script>\na = 1\n</script>\n"));
  CHECK_FALSE(is(std::string("a=1\n\0", 5)));
  fetcher.failures["http://server/x"] = "refused";
  CHECK_THROWS_WITH(is(""), "refused");
}
