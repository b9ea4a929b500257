#include "loader/entries/entry_list.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_source_reader.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)
using Strings = std::vector<std::string>;

namespace {

SourceEntry entry(const std::string& name, const std::string& title, const std::string& kernel) {
  SourceEntry made;
  made.name = name;
  made.title = title;
  made.kernel = FilePlace{"sda1", kernel};
  return made;
}

BootSource source(const std::string& format, std::vector<SourceEntry> entries,
                  std::optional<std::size_t> default_entry = {}) {
  BootSource made{.format = format, .file = {"sda1", "/" + format}};
  made.entries = std::move(entries);
  made.default_entry = default_entry;
  return made;
}

Strings ids_of(const EntryList& list) {
  Strings ids;
  for (const ListedEntry& one : list.entries) ids.push_back(one.id);
  return ids;
}

struct Fixture {
  FakeSourceReader reader;
  Fixture() {
    for (const char* name : {"/a", "/b", "/c"}) reader.files["sda1:" + std::string(name)] = "kernel";
  }
};

}  // namespace

TEST_CASE("entries: a name is made of a title") {
  CHECK(slug("Debian GNU/Linux, with Linux 6.1.0") == "debian-gnu-linux-with-linux-6.1.0");
  CHECK(slug("  (Über) ") == "ber");
  CHECK(slug("***") == "entry");
  CHECK(slug("") == "entry");
}

TEST_CASE_METHOD(Fixture,
                 "entries: ids are unique without regard to case, and stay as the source writes them") {
  const EntryList list = make_list(
      "sda1",
      {source("grub", {entry("Linux", "x", "/a"), entry("linux", "y", "/a"), entry("", "Linux!", "/a"),
                       entry("linux-2", "z", "/a"), entry("with blank", "z", "/a")})},
      reader);
  CHECK(ids_of(list) ==
        Strings{"sda1#Linux", "sda1#linux-2", "sda1#linux-3", "sda1#linux-2-2", "sda1#with-blank"});
  CHECK(find_entry(list, "LINUX-3")->number == 3);
  CHECK(find_entry(list, "5")->name == "with-blank");
  CHECK(find_entry(list, "6") == nullptr);
  CHECK(find_entry(list, "0") == nullptr);
  CHECK(find_entry(list, "") == nullptr);
}

TEST_CASE_METHOD(Fixture,
                 "entries: what an earlier source offers is dropped, and a default goes over to it") {
  const EntryList list =
      make_list("sda1",
                {source("bls", {entry("a", "A", "/a"), entry("b", "B", "/b"), entry("b2", "B again", "/b")}),
                 source("grub", {entry("x", "X", "/c"), entry("y", "Y", "/b")}, 1)},
                reader);
  CHECK(ids_of(list) == Strings{"sda1#a", "sda1#b", "sda1#b2", "sda1#x"});
  CHECK(list.sources[1].default_id == "sda1#b");
  CHECK(list.sources[0].default_id == "sda1#b");
  CHECK(list.entries[1].is_default);
  CHECK_FALSE(list.entries[0].is_default);
  CHECK(default_entry(list)->id == "sda1#b");
}

TEST_CASE_METHOD(Fixture, "entries: a missing file makes an entry unbootable, and no default") {
  SourceEntry no_initrd = entry("b", "B", "/b");
  no_initrd.initrds = {{"sda1", "/missing"}};
  const EntryList list = make_list(
      "sda1", {source("syslinux", {entry("a", "A", "/nothing"), no_initrd, entry("c", "C", "/c")}, 0)},
      reader);
  CHECK(list.entries[0].entry.kind == SourceEntry::Kind::unbootable);
  CHECK(list.entries[0].entry.why == "sda1:/nothing: no such file");
  CHECK(list.entries[1].entry.why == "sda1:/missing: no such file");
  CHECK(list.entries[2].entry.kind == SourceEntry::Kind::linux);
  CHECK(list.sources[0].default_id == "sda1#a");
  CHECK(default_entry(list) == nullptr);
}

TEST_CASE_METHOD(Fixture, "entries: lists of several places are numbered through") {
  EntryList list = make_list("sda1", {source("uki", {entry("a", "A", "/a")}, 0)}, reader);
  append(list, make_list("sda2", {source("uki", {entry("a", "A", "/a")}, 0)}, reader));
  CHECK(ids_of(list) == Strings{"sda1#a", "sda2#a"});
  CHECK(list.entries[1].number == 2);
  CHECK(entries_text(list) == "sda1\n   1 * #a  A\nsda2\n   2 * #a  A\n");
}

TEST_CASE_METHOD(Fixture, "entries: the object") {
  CHECK(entries_json({}) == R"({"entries":[],"sources":[]})");
  CHECK(entries_json(make_list("sda1", {source("uki", {entry("a", "A", "/a")}, 0)}, reader)) ==
        R"({"entries":[{"id":"sda1#a","number":1,"title":"A","submenu":[],"format":"uki","file":"","line":0,)"
        R"("default":true,"kind":"linux","kernel":"sda1:/a","initrds":[],"modules":[],"devicetree":null,)"
        R"("cmdline":"","why":""}],"sources":[{"file":"sda1:/uki","format":"uki","default":"sda1#a",)"
        R"("timeout":null,"diagnostics":[]}]})");
}
