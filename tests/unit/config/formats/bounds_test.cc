// Short texts that ask for much: each reader ends early, and says so. The bounds are steps and bytes, never a
// time, so these tests say the same on a slow machine.

#include <catch2/catch.hpp>

#include "config/formats/bls.h"
#include "config/formats/grub.h"
#include "config/formats/kernels.h"
#include "config/formats/syslinux.h"
#include "config/formats/yaboot.h"
#include "tests/unit/fakes/fake_source_reader.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)

namespace {

std::string many(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

/// Counts how often a file is read.
class Disk : public FakeSourceReader {
 public:
  std::size_t reads = 0;

  explicit Disk(const std::string& text) {
    known = {{.name = "sda1", .uuid = "1", .disk = "sda", .partition = 1}};
    for (const char* name : {"/a", "/b", "/c", "/d", "/e", "/f", "/g", "/h", "/cfg"})
      files[std::string("sda1:") + name] = text;
  }

  std::optional<std::string> read(const FilePlace& place, std::size_t limit) override {
    ++reads;
    return FakeSourceReader::read(place, limit);
  }
};

std::size_t bytes_of(const BootSource& source) {
  std::size_t bytes = 0;
  for (const SourceEntry& entry : source.entries) {
    bytes += entry.title.size() + entry.cmdline.size();
    for (const std::string& title : entry.submenu) bytes += title.size();
    for (const FilePlace& initrd : entry.initrds) bytes += initrd.path.size();
  }
  return bytes;
}

bool says(const BootSource& source, const std::string& text) {
  return std::any_of(source.diagnostics.begin(), source.diagnostics.end(),
                     [&](const Diagnostic& one) { return one.message.find(text) != std::string::npos; });
}

constexpr std::size_t kMuch = std::size_t{4} << 20;

}  // namespace

TEST_CASE("bounds: SYSLINUX's files that include each other") {
  Disk disk("INCLUDE a\nINCLUDE b\nINCLUDE c\nINCLUDE d\nINCLUDE e\nINCLUDE f\nINCLUDE g\nINCLUDE h\n");
  const BootSource source = read_syslinux({"sda1", "/cfg"}, disk);
  CHECK(disk.reads <= 1'001);
  CHECK(says(source, "the rest is not read: more than"));
  CHECK(source.diagnostics.size() <= 100);
}

TEST_CASE("bounds: SYSLINUX's menus in menus") {
  Disk disk(many(5'000, "MENU BEGIN some title\n") + many(5'000, "LABEL a\nLINUX b\n"));
  const BootSource source = read_syslinux({"sda1", "/cfg"}, disk);
  CHECK(bytes_of(source) < kMuch);
  CHECK(says(source, "more than 64 menus deep"));
  REQUIRE(!source.entries.empty());
  CHECK(source.entries[0].submenu.size() == 64);
  // Each MENU END closes its own MENU BEGIN.
  Disk closed(many(70, "MENU BEGIN t\n") + "LABEL in\nLINUX k\n" + many(70, "MENU END\n") +
              "LABEL out\nLINUX k\n");
  const BootSource both = read_syslinux({"sda1", "/cfg"}, closed);
  REQUIRE(both.entries.size() == 2);
  CHECK(both.entries[0].submenu.size() == 64);
  CHECK(both.entries[1].submenu.empty());
}

TEST_CASE("bounds: a menu's long title and many includes") {
  Disk disk(many(10, "MENU BEGIN " + std::string(5'000, 't') + "\n") + many(2'000, "INCLUDE a\nINCLUDE b\n"));
  const BootSource source = read_syslinux({"sda1", "/cfg"}, disk);
  CHECK(says(source, "the rest is not read: more than"));
  CHECK(disk.reads < 100);
}

TEST_CASE("bounds: an APPEND for all labels") {
  Disk disk("APPEND " + many(50'000, "w ") + "\n" + many(5'000, "LABEL a\nLINUX b\n"));
  const BootSource source = read_syslinux({"sda1", "/cfg"}, disk);
  CHECK(source.entries.size() < 100);
  CHECK(bytes_of(source) < kMuch);
  CHECK(says(source, "the rest is ignored: too many words"));
  Disk menus("APPEND " + many(50'000, "w ") + "\n" + many(5'000, "LABEL a\nKERNEL menu.c32\n"));
  read_syslinux({"sda1", "/cfg"}, menus);
  CHECK(menus.asked.size() < 100);
}

TEST_CASE("bounds: yaboot's global append") {
  Disk disk("append=\"" + many(50'000, "w ") + "\"\n" + many(5'000, "image=/k\n"));
  const BootSource source = read_yaboot({"sda1", "/cfg"}, disk);
  CHECK(bytes_of(source) < kMuch);
  CHECK(says(source, "the rest is ignored: too many words"));
}

TEST_CASE("bounds: variables in an entry of the Boot Loader Specification") {
  Disk disk("");
  disk.files["sda1:/loader/entries/a.conf"] = "linux /k\noptions " + many(50'000, "$x");
  const BootSource source = read_bls({"sda1", "/loader/entries"}, {{"x", std::string(5'000, 'w')}}, disk);
  REQUIRE(source.entries.size() == 1);
  CHECK(source.entries[0].cmdline.size() < 200'000);
  CHECK(says(source, "a line is cut"));
}

TEST_CASE("bounds: rEFInd's lines times kernels") {
  Disk disk("");
  for (int i = 0; i < 500; ++i) disk.files["sda1:/vmlinuz-" + std::to_string(i)] = "";
  disk.files["sda1:/refind_linux.conf"] =
      many(5'000, "title options\n") + "last \"initrd=" + many(50'000, "%v") + "\"\n";
  const BootSource source = read_refind({"sda1", "/refind_linux.conf"}, disk);
  CHECK(source.entries.size() > 1'000);
  CHECK(source.entries.size() < 20'000);
}

TEST_CASE("bounds: what GRUB's commands copy costs steps") {
  const auto ends = [](const std::string& text) {
    Disk disk(text);
    return says(read_grub({"sda1", "/cfg"}, disk), "too many steps");
  };
  const std::string thousand = many(1'000, "a ");
  CHECK(ends("x=\"" + many(20'000, " ") + "\"\nwhile true; do y=$x; done\n"));
  CHECK(ends("x=\"" + many(20, thousand) + "\"\nsetparams $x\nwhile shift; do setparams $x; done\n"));
  CHECK(ends("while true; do set v$n=; increment n; export v$n; done\n"));
  CHECK(ends("function f { true \"$@\"; }\nwhile true; do f " + thousand + "; done\n"));
  CHECK(ends("while true; do eval \"menuentry a { linux /k; }\"; done\n") ==
        false);  // the entries end before
}

TEST_CASE("bounds: GRUB's commands in blocks, and words") {
  const auto ends = [](const std::string& text, const std::string& why) {
    Disk disk("menuentry first { linux /k; }\n" + text);
    const BootSource source = read_grub({"sda1", "/cfg"}, disk);
    return source.entries.size() == 1 && says(source, why);
  };
  CHECK(ends("menuentry a {\n" + many(300'000, "b\n") + "}\n", "too many commands"));
  CHECK(ends("function f {\n" + many(300'000, "b;") + "}\n", "too many commands"));
  CHECK(ends("true " + many(600'000, "b ") + "\n", "too many commands"));
  CHECK(ends("true \"" + many(200'000, "$b") + "\"\n", "a word of too many parts"));
  CHECK(ends("true " + many(200'000, "$b") + "\n", "a word of too many parts"));
}

TEST_CASE("bounds: a GRUB configuration of 10,000 entries") {
  Disk disk(many(10'000, "menuentry a { search --fs-uuid --set=root 1\nlinux /k ro quiet\ninitrd /i\n}\n"));
  CHECK(read_grub({"sda1", "/cfg"}, disk).entries.size() == 10'000);
}

TEST_CASE("bounds: GRUB's menus in menus list what is inside the bounds, and one diagnostic says the rest") {
  const std::string entry = "menuentry e { search --fs-uuid --set=root 1\nlinux /k ro quiet\n}\n";
  const auto list = [](const std::string& text) {
    Disk disk(text);
    return read_grub({"sda1", "/cfg"}, disk);
  };
  const auto only_diagnostic = [](const BootSource& source) {
    REQUIRE(source.diagnostics.size() == 1);
    return source.diagnostics[0].str();
  };
  SECTION("10,000 submenus of one entry each") {
    const BootSource source = list(many(10'000, "submenu s {\n" + entry + "}\n"));
    CHECK(source.entries.size() == 10'000);
    CHECK(source.diagnostics.empty());
  }
  SECTION("50,001 of them") {
    const BootSource source = list(many(50'001, "submenu s { menuentry e { linux /k; }; }\n"));
    CHECK(source.entries.size() == 10'000);
    CHECK(only_diagnostic(source) == "sda1:/cfg:50001: the rest is ignored: more than 50000 lines in menus");
  }
  SECTION("a submenu before 10,000 entries") {
    const BootSource source = list("submenu s {\n" + entry + "}\n" + many(10'000, entry));
    REQUIRE(source.entries.size() == 10'000);
    CHECK(source.entries[0].submenu.size() == 1);
    CHECK(only_diagnostic(source).ends_with(": the rest is ignored: more than 10000 entries"));
  }
  SECTION("a submenu behind 9,999 entries") {
    const BootSource source = list(many(9'999, entry) + "submenu s {\n" + entry + entry + "}\n");
    REQUIRE(source.entries.size() == 10'000);
    CHECK(source.entries.back().submenu.size() == 1);
    CHECK(only_diagnostic(source).ends_with(": the rest is ignored: more than 10000 entries"));
  }
}

TEST_CASE("bounds: GRUB's ! and time by the thousand") {
  const auto entries = [](const std::string& text) {
    Disk disk(text);
    return read_grub({"sda1", "/cfg"}, disk).entries.size();
  };
  const std::string entry = "menuentry a { linux /k; }\n";
  CHECK(entries(many(10'001, "! ") + "false\n" + entry) == 1);
  CHECK(entries("if " + many(10'001, "! ") + "false; then " + entry + "fi\n") == 1);
  CHECK(entries("if " + many(10'000, "! ") + "false; then " + entry + "fi\n") == 0);
  CHECK(entries(entry + many(10'000, "time ") + "true\n") == 1);
}

TEST_CASE("bounds: GRUB's variables, and many words of fallback") {
  Disk disk(
      "for a in 1 2 3 4 5 6 7 8 9 0; do for b in 1 2 3 4 5 6 7 8 9 0; do for c in 1 2 3 4 5 6 7 8 9 0; do\n"
      "for d in 1 2 3 4 5 6 7 8 9 0; do set $a$b$c$d=1; done; done; done; done\n" +
      many(1'000, "menuentry a { linux /k; }\n"));
  const BootSource source = read_grub({"sda1", "/cfg"}, disk);
  CHECK(says(source, "the rest is ignored: too many steps"));
  CHECK(grub_variables({"sda1", "/cfg"}, disk).size() < 4'096);
  Disk fallback("set default=nope\nset fallback=\"" + many(10'000, "zz ") + "1\"\n" +
                many(500, "menuentry a { linux /k; }\n"));
  CHECK(read_grub({"sda1", "/cfg"}, fallback).default_entry == 0);
}
