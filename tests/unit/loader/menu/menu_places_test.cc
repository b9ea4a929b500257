#include "loader/prompt/menu/menu_places.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace kboot;

namespace {

SourceEntry linux_entry() {
  SourceEntry entry;
  entry.title = "Debian";
  entry.kernel = FilePlace{"sda1", "/boot/vmlinuz"};
  entry.initrds = {{"sda1", "/boot/ucode.img"}, {"sda1", "/boot/initrd.img"}};
  entry.cmdline = "root=UUID=1 ro quiet";
  return entry;
}

ListedEntry listed(const std::string& place, const std::string& name, std::size_t number) {
  ListedEntry entry;
  entry.id = place + "#" + name;
  entry.place = place;
  entry.name = name;
  entry.number = number;
  entry.entry = linux_entry();
  return entry;
}

Variables variables(std::initializer_list<std::pair<const char*, const char*>> values) {
  Variables result;
  for (const auto& [name, value] : values) result.set(name, {value, Source::built_in, ""});
  return result;
}

Settings settings_of(const Variables& values) {
  Diagnostics diagnostics;
  return read_settings(values, diagnostics);
}

}  // namespace

TEST_CASE("menu places: an entry's whole line has its kernel, its initrds and its words") {
  CHECK(whole_line(linux_entry(), {}) ==
        "sda1:/boot/vmlinuz initrd=sda1:/boot/ucode.img initrd=sda1:/boot/initrd.img root=UUID=1 ro quiet");
}

TEST_CASE("menu places: a whole line does not take what the settings would add") {
  Settings settings;
  settings.initrd = "/initrd.img";
  settings.root = "UUID=2";
  SourceEntry entry = linux_entry();
  entry.initrds.clear();
  CHECK(whole_line(entry, settings) == "sda1:/boot/vmlinuz initrd= root=UUID=1 ro quiet");
  entry.cmdline = "boot=live";
  CHECK(whole_line(entry, settings).empty());
  settings.root.reset();
  CHECK(whole_line(entry, settings) == "sda1:/boot/vmlinuz initrd= boot=live");
}

TEST_CASE("menu places: what a line cannot say is edited by the entry's name") {
  SourceEntry entry = linux_entry();
  SECTION("another kind") {
    entry.kind = GENERATE(SourceEntry::Kind::uki, SourceEntry::Kind::multiboot, SourceEntry::Kind::firmware);
  }
  SECTION("a device tree") {
    entry.devicetree = FilePlace{"sda1", "/dtb"};
  }
  SECTION("a name with a blank, a quote or a comma") {
    entry.kernel->path = GENERATE(as<std::string>(), "/vm linuz", "/vm'linuz", "/vm,linuz", "/vm\\linuz");
  }
  SECTION("an initrd= that is the kernel's") {
    entry.cmdline = "initrd=\\x.img";
  }
  SECTION("what a terminal would not show") {
    entry.cmdline = "a\x1b[A";
  }
  SECTION("a line that is too long") {
    entry.cmdline = std::string(17000, 'x');
  }
  CHECK(whole_line(entry, {}).empty());
  EntryList list;
  list.entries = {listed("sda1", "debian", 1)};
  list.entries[0].entry = entry;
  CHECK(listed_places(list, {})[0].entries[0].edit == "sda1#debian");
}

TEST_CASE("menu places: found entries are grouped by place and numbered as in the list") {
  EntryList list;
  list.entries = {listed("sda1", "a", 1), listed("sda1", "b", 2), listed("sdb1", "it's", 3)};
  list.entries[1].is_default = true;
  list.entries[2].entry.kind = SourceEntry::Kind::unbootable;
  list.entries[2].entry.why = "no such file";
  const std::vector<MenuPlace> places = listed_places(list, {});
  REQUIRE(places.size() == 2);
  CHECK(places[0].name == "sda1");
  REQUIRE(places[0].entries.size() == 2);
  CHECK(places[0].entries[1].id == "sda1#b");
  CHECK(places[0].entries[1].line == "sda1#b");
  CHECK(places[0].entries[1].is_default);
  CHECK(places[0].entries[1].number == 2);
  REQUIRE(places[1].entries.size() == 1);
  // A quote would not stay in the word.
  CHECK(places[1].entries[0].line == "#3");
  CHECK(places[1].entries[0].kind == MenuEntry::Kind::unbootable);
  CHECK(places[1].entries[0].why == "no such file");
}

TEST_CASE("menu places: labels are entries, the default among them is marked") {
  const Variables values =
      variables({{"linux", "/vmlinuz quiet"}, {"old", "/vmlinuz.old"}, {"default", "old"}});
  const std::vector<MenuPlace> places = configured_places(values, settings_of(values));
  REQUIRE(places.size() == 1);
  REQUIRE(places[0].entries.size() == 2);
  CHECK(places[0].entries[0].title == "linux: /vmlinuz quiet");
  CHECK(places[0].entries[0].line == "linux");
  CHECK(places[0].entries[0].edit == "/vmlinuz quiet");
  CHECK_FALSE(places[0].entries[0].is_default);
  CHECK(places[0].entries[1].is_default);
}

TEST_CASE("menu places: a default that is no label is an entry, and runs as an empty line") {
  const Variables values = variables({{"linux", "/vmlinuz"}, {"default", "linux | sda2#debian"}});
  const std::vector<MenuPlace> places = configured_places(values, settings_of(values));
  REQUIRE(places.size() == 1);
  REQUIRE(places[0].entries.size() == 2);
  CHECK(places[0].entries[0].title == "default: linux | sda2#debian");
  CHECK(places[0].entries[0].line.empty());
  CHECK(places[0].entries[0].edit == "linux");
  CHECK(places[0].entries[0].is_default);
}

TEST_CASE("menu places: a secret in a label's line is not shown") {
  const Variables values = variables({{"web", "http://user:secret@server/vmlinuz"}});
  CHECK(configured_places(values, {})[0].entries[0].title.find("secret") == std::string::npos);
}

TEST_CASE("menu places: without labels and default there is no place of the configuration") {
  CHECK(configured_places({}, {}).empty());
}

TEST_CASE("menu places: of a published place its state, or what is on it, is shown") {
  using State = PublishedPlace::State;
  PublishedEntries published;
  published.places = {{.name = "sda1", .state = State::done, .label = "EFI"},
                      {.name = "sda2", .state = State::done},
                      {.name = "sdb1", .state = State::looking},
                      {.name = "sdc1", .state = State::failed, .why = "sdc1: mount /dev/sdc1: no"},
                      {.name = "sdd1", .state = State::failed, .why = "does not answer"}};
  EntryList list;
  list.entries = {listed("sda1", "a", 1), listed("mapper/root", "b", 2)};
  const auto text = [&] {
    std::string result;
    for (const MenuPlace& place : published_places(published, list, {})) {
      result += fmt::format("{}|{}", place.name, place.about);
      for (const MenuEntry& entry : place.entries) result += "|" + entry.id;
      result += "\n";
    }
    return result;
  };
  CHECK(text() ==
        "sda1|LABEL=EFI|sda1#a\nsdb1|is being looked at\nsdc1|cannot be read: mount /dev/sdc1: no\n"
        "sdd1|cannot be read: does not answer\nmapper/root||mapper/root#b\n");
  published.places = {{.name = "sda1", .state = State::done, .own = true, .system = "Debian"}};
  CHECK_THAT(text(), Catch::StartsWith("sda1|kboot's own medium|"));
  published.places[0].own = false;
  CHECK_THAT(text(), Catch::StartsWith("sda1|Debian|"));
  published.places = {{.name = "firmware", .state = State::done}};
  list.entries = {listed("firmware", "ubuntu", 1)};
  CHECK(text() == "firmware|the firmware's own boot options|firmware#ubuntu\n");
}
