#include "loader/entries/published.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <poll.h>

#include <catch2/catch.hpp>

using namespace kboot;  // NOLINT(google-build-using-namespace)

namespace {

struct Folder {
  std::string path = "/tmp/kboot-published-XXXXXX";
  Folder() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
  ~Folder() { std::filesystem::remove_all(path); }
};

ListedEntry listed(const std::string& place, const std::string& name) {
  ListedEntry one;
  one.id = place + "#" + name;
  one.place = place;
  one.name = name;
  one.format = "grub";
  one.entry.name = name;
  one.entry.title = "Title of " + name;
  one.entry.file = {place, "/boot/grub/grub.cfg"};
  one.entry.line = 97;
  one.entry.kernel = FilePlace{place, "/boot/vmlinuz"};
  return one;
}

PublishedEntries example() {
  PublishedPlace sda1{.name = "sda1", .state = PublishedPlace::State::done, .type = "ext4", .uuid = "12-34"};
  sda1.has_fstab = true;
  sda1.system = "Debian GNU/Linux 12 (bookworm)";
  ListedEntry debian = listed("sda1", "debian");
  debian.number = 1;
  debian.is_default = true;
  debian.entry.submenu = {"Advanced", "Older"};
  debian.entry.initrds = {{"sda1", "/boot/initrd.img"}, {"sda2", "/more"}};
  debian.entry.devicetree = FilePlace{"sda1", "/x.dtb"};
  debian.entry.cmdline = "root=UUID=12-34 ro quiet";
  ListedEntry xen = listed("sda1", "xen");
  xen.number = 2;
  xen.entry.kind = SourceEntry::Kind::multiboot;
  xen.entry.modules = {{{"sda1", "/m"}, "a b"}, {{"sda1", "/n"}, ""}};
  sda1.list.entries = {debian, xen};
  sda1.list.sources = {{"sda1",
                        "grub",
                        {"sda1", "/boot/grub/grub.cfg"},
                        "sda1#debian",
                        5U,
                        {{"sda1:/boot/grub/grub.cfg", 120, "unknown command \"foo\""},
                         {"sda1:/boot/grub/grub.cfg", 0, "2 more: lines ignored"}}}};
  PublishedPlace sdb{.name = "sdb", .state = PublishedPlace::State::locked, .label = "secrets"};
  sdb.removable = sdb.own = true;
  sdb.list.entries = {listed("sdb", "locked")};
  sdb.list.entries[0].number = 1;
  sdb.list.entries[0].entry.kind = SourceEntry::Kind::locked;
  sdb.list.entries[0].entry.kernel.reset();
  sdb.list.entries[0].entry.why = "locked: a passphrase opens it";
  const PublishedPlace sdc{
      .name = "sdc", .state = PublishedPlace::State::failed, .why = "Input/output error"};
  return {false, {sda1, sdb, sdc}};
}

}  // namespace

TEST_CASE("published: what is written is read as the same") {
  const Folder folder;
  const Published file(folder.path);
  CHECK_FALSE(file.read());
  const PublishedEntries written = example();
  file.write(written);
  const auto read = file.read();
  REQUIRE(read);
  CHECK_FALSE(read->looking);
  REQUIRE(read->places.size() == 3);
  const PublishedPlace& sda1 = read->places[0];
  CHECK(sda1.state == PublishedPlace::State::done);
  CHECK(sda1.system == "Debian GNU/Linux 12 (bookworm)");
  CHECK(sda1.has_fstab);
  CHECK_FALSE(sda1.removable);
  CHECK(sda1.uuid == "12-34");
  REQUIRE(sda1.list.entries.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const ListedEntry& before = written.places[0].list.entries[i];
    const ListedEntry& after = sda1.list.entries[i];
    CHECK(after.entry == before.entry);
    CHECK(after.id == before.id);
    CHECK(after.place == "sda1");
    CHECK(after.name == before.name);
    CHECK(after.number == i + 1);
    CHECK(after.format == "grub");
    CHECK(after.is_default == (i == 0));
  }
  const ListedSource& source = sda1.list.sources.at(0);
  CHECK(source.default_id == "sda1#debian");
  CHECK(source.timeout == 5U);
  CHECK(source.file == FilePlace{"sda1", "/boot/grub/grub.cfg"});
  REQUIRE(source.diagnostics.size() == 2);
  CHECK(source.diagnostics == written.places[0].list.sources[0].diagnostics);
  CHECK(read->places[1].state == PublishedPlace::State::locked);
  CHECK(read->places[1].own);
  CHECK(read->places[1].list.entries.at(0).entry.kind == SourceEntry::Kind::locked);
  CHECK(read->places[2].why == "Input/output error");
  CHECK(published_json(*read) == published_json(written));
}

TEST_CASE("published: all entries are numbered through") {
  const EntryList all = example().list();
  REQUIRE(all.entries.size() == 3);
  CHECK(all.entries[2].id == "sdb#locked");
  CHECK(all.entries[2].number == 3);
  CHECK(all.sources.size() == 1);
  CHECK(example().find("sdb")->label == "secrets");
  CHECK(example().find("sdd") == nullptr);
}

TEST_CASE("published: bytes of a disk that are no UTF-8 do not keep the rest from being read") {
  PublishedEntries entries = example();
  entries.places[0].list.entries[0].entry.title = "caf\xe9";
  const auto read = parse_published(published_json(entries));
  REQUIRE(read);
  CHECK(read->places[0].list.entries.at(0).entry.title == "caf\xef\xbf\xbd");
}

TEST_CASE("published: garbage gives nothing, and a part that makes no sense counts as empty") {
  for (const char* text : {"", "{", "[]", "7", "\"x\"", "{}", R"({"places":{}})", R"({"places":7})", "\xff"})
    CHECK_FALSE(parse_published(text));
  const auto read = parse_published(
      R"({"looking":1,"places":[7,{"state":"done"},{"name":"sda","state":8,"entries":[5,{"id":"sdb#x"},{"id":"sda#"},
      {"id":"sda#x","line":-1,"kind":"linux","initrds":{},"submenu":[1,"a"],"modules":[3]}],"sources":[null]}]})");
  REQUIRE(read);
  CHECK_FALSE(read->looking);
  REQUIRE(read->places.size() == 1);
  CHECK(read->places[0].state == PublishedPlace::State::failed);
  REQUIRE(read->places[0].list.entries.size() == 1);
  const ListedEntry& entry = read->places[0].list.entries[0];
  CHECK(entry.id == "sda#x");
  CHECK(entry.entry.kind == SourceEntry::Kind::unbootable);  // it names no kernel
  CHECK(entry.entry.submenu == std::vector<std::string>{"a"});
  CHECK(entry.entry.line == 0);
}

TEST_CASE("published: a watch reports what is published, and nothing else") {
  const Folder folder;
  PublishedWatch watch(folder.path);
  REQUIRE(watch.fd() >= 0);
  CHECK_FALSE(watch.changed());
  Published(folder.path).write(example());
  pollfd wait{watch.fd(), POLLIN, 0};
  REQUIRE(::poll(&wait, 1, 0) == 1);
  CHECK(watch.changed());
  CHECK_FALSE(watch.changed());
  std::ofstream(folder.path + "/x") << "x";
  std::filesystem::rename(folder.path + "/x", folder.path + "/y");
  CHECK_FALSE(watch.changed());
  CHECK_FALSE(PublishedWatch(folder.path + "/none").changed());
}
