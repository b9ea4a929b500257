#include "config/formats/ipxe.h"

#include <catch2/catch.hpp>

#include "config/formats/ipxe/script.h"
#include "tests/unit/fakes/fake_pe.h"
#include "tests/unit/fakes/fake_source_reader.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)
using Kind = SourceEntry::Kind;

namespace {

BootSource read(FakeSourceReader& reader, const std::string& text) {
  reader.files["http://srv/boot/menu.ipxe"] = "#!ipxe\n" + text;
  return read_ipxe({"http://srv", "/boot/menu.ipxe"}, reader);
}

BootSource read(const std::string& text) {
  FakeSourceReader reader;
  return read(reader, text);
}

std::vector<std::string> names(const BootSource& source) {
  std::vector<std::string> all;
  for (const SourceEntry& entry : source.entries) all.push_back(entry.name);
  return all;
}

}  // namespace

TEST_CASE("ipxe: settings in words") {
  const auto setting = [](const std::string& name) -> std::optional<std::string> {
    if (name == "net0/mac") return "52:54:00:AB:cd:01";
    if (name == "n") return "0";
    if (name == "path") return "a b/ä";
    return {};
  };
  const auto expand = [&](const std::string& word) { return expand_ipxe(word, setting, [](std::size_t) {}); };
  CHECK(expand("x-${net0/mac}") == "x-52:54:00:AB:cd:01");
  CHECK(expand("${net${n}/mac:hexhyp}") == "52-54-00-ab-cd-01");
  CHECK(expand("${path:uristring}") == "a%20b%2F%C3%A4");
  CHECK(expand("a${gone}b$c") == "ab$c");
  CHECK(expand("} ${open") == "} ${open");
}

TEST_CASE("ipxe: a word's expansion ends") {
  std::size_t looked_at = 0;
  const auto expand = [&](const std::string& word, const std::string& value) {
    looked_at = 0;
    return expand_ipxe(
        word, [&](const std::string&) { return value; }, [&](std::size_t bytes) { looked_at += bytes; });
  };
  CHECK(expand("${a}", "${a}") == "${a}");
  CHECK(looked_at == 400);  // 100 times
  CHECK(expand("${a}", std::string(100'000, 'x')).size() == 16'384);
  CHECK(expand("${a}", "x${a}x${a}").size() <= 16'384);
  CHECK(looked_at < 100 * 1'000);
}

TEST_CASE("ipxe: a script without a menu is one entry") {
  const auto source = read(
      "dhcp || goto failed\n"
      "set base http://mirror/debian\n"
      "kernel ${base}/linux initrd=initrd.gz auto=true priority=critical   url=http://srv/${hostname}.cfg\n"
      "initrd ${base}/initrd.gz\n"
      "initrd more.img || shell\n"
      "boot || goto failed\n"
      ":failed\nshell\n");
  REQUIRE(source.entries.size() == 1);
  const SourceEntry& entry = source.entries[0];
  CHECK(entry.title == "menu");
  CHECK(entry.line == 7);
  CHECK(entry.kernel->str() == "http://mirror/debian/linux");
  REQUIRE(entry.initrds.size() == 2);
  CHECK(entry.initrds[0].str() == "http://mirror/debian/initrd.gz");
  CHECK(entry.initrds[1].str() == "http://srv/boot/more.img");
  CHECK(entry.cmdline == "auto=true priority=critical url=http://srv/.cfg");
  CHECK(source.default_entry == 0);
  CHECK(source.diagnostics.empty());
}

TEST_CASE("ipxe: a menu with a default, a timeout, and a menu below") {
  const auto source = read(
      "set timeout 5500\n"
      ":start\n"
      "menu Boot menu for ${hostname}\n"
      "item --gap -- Installers\n"
      "item --key d debian Debian 12\n"
      "item tools Tools...\n"
      "item\n"
      "item shell iPXE shell\n"
      "choose --default tools --timeout ${timeout} target && goto ${target} || goto start\n"
      ":debian\nkernel debian/linux\ninitrd debian/initrd.gz\nboot\n"
      ":shell\nshell\ngoto start\n"
      ":tools\nmenu Tools\nitem mem Memtest\nitem back Back\n"
      "choose --default mem t && goto ${t} ||\n"
      ":back\ngoto start\n"
      ":mem\nkernel memtest.bin\nboot\n");
  CHECK(names(source) == std::vector<std::string>{"debian", "mem"});
  CHECK(source.entries[0].submenu.empty());
  CHECK(source.entries[1].submenu == std::vector<std::string>{"Tools..."});
  CHECK(source.entries[1].title == "Memtest");
  CHECK(source.default_entry == 1);
  CHECK(source.timeout == 6);
  CHECK(source.diagnostics.empty());
}

TEST_CASE("ipxe: a goto without its label fails, and || goes on without a word") {
  const auto source = read(
      "goto ${net0/mac} || goto ${hostname} || goto start\n"
      "kernel wrong\nboot\n"
      ":start\nkernel right\nboot\n");
  REQUIRE(source.entries.size() == 1);
  CHECK(source.entries[0].kernel->path == "/boot/right");
  CHECK(source.diagnostics.empty());
  // A jump ends its line.
  const auto jumps = read("goto here && kernel a || kernel b\nkernel c\n:here\nkernel d\nboot\n");
  REQUIRE(jumps.entries.size() == 1);
  CHECK(jumps.entries[0].kernel->path == "/boot/d");
  CHECK(jumps.entries[0].initrds.empty());
  // Without an operator the script ends there.
  const auto ends = read("goto nowhere\nkernel a\nboot\n");
  CHECK(ends.entries.empty());
  REQUIRE(ends.diagnostics.size() == 1);
  CHECK(ends.diagnostics[0].str() == "http://srv/boot/menu.ipxe:2: no label :nowhere");
}

TEST_CASE("ipxe: operators decide what runs") {
  const auto kernel = [](const std::string& text) {
    const auto source = read(text);
    return source.entries.empty() ? "none" : source.entries[0].kernel->path;
  };
  CHECK(kernel("isset ${gone} && kernel a || kernel b\nboot\n") == "/boot/b");
  CHECK(kernel("isset x && kernel a || kernel b\nboot\n") == "/boot/a");
  CHECK(kernel("iseq ${platform} efi && goto efi ||\nkernel pc\nboot\n:efi\nkernel e\nboot\n") == "/boot/pc");
  CHECK(kernel("isset ${gone}\nkernel a\nboot\n") == "none");  // a failed line ends the script
  CHECK(kernel("prompt --key 0x02 --timeout 2000 x && shell ||\nkernel a\nboot\n") == "/boot/a");
  CHECK(kernel("set n 1\ninc n\niseq ${n} 2 || exit\nkernel a\nboot\n") == "/boot/a");
}

TEST_CASE("ipxe: named images, imgargs, imgfree") {
  const auto source = read(
      "imgfree\nkernel --name k vmlinuz\nimgargs k initrd=i root=/dev/sda1\ninitrd --name i initrd.img\nboot "
      "k\n");
  REQUIRE(source.entries.size() == 1);
  CHECK(source.entries[0].cmdline == "root=/dev/sda1");
  REQUIRE(source.entries[0].initrds.size() == 1);
}

TEST_CASE("ipxe: chain follows scripts and names what is none") {
  FakeSourceReader reader;
  reader.files["http://srv/boot/52-54.ipxe"] = "#!ipxe\nkernel ../k\nboot\n";
  const auto followed = read(reader, "set mac 52:54\nchain ${mac:hexhyp}.ipxe || chain default.ipxe\n");
  REQUIRE(followed.entries.size() == 1);
  CHECK(followed.entries[0].kernel->str() == "http://srv/k");
  CHECK(followed.entries[0].file.str() == "http://srv/boot/52-54.ipxe");
  CHECK(followed.diagnostics.empty());

  const auto gone = read("chain a.ipxe || kernel k\nboot\n");
  REQUIRE(gone.entries.size() == 1);
  REQUIRE(gone.diagnostics.size() == 1);
  CHECK(gone.diagnostics[0].str() ==
        "http://srv/boot/menu.ipxe:2: http://srv/boot/a.ipxe is not there, or is no iPXE script");

  const auto program = read("chain --autofree http://other/snp.efi\n");
  REQUIRE(program.entries.size() == 1);
  CHECK(program.entries[0].kind == Kind::unbootable);
  CHECK(program.entries[0].why == "snp.efi is a program of the firmware's, not a kernel");
}

TEST_CASE("ipxe: a program of EFI that kboot can start is an entry like others") {
  FakeSourceReader reader;
  reader.files["http://server/menu.ipxe"] =
      "#!ipxe\nmenu\nitem a A\nitem b B\nchoose x && goto ${x}\n"
      ":a\nchain uki.efi\n:b\nkernel stub.efi quiet\nboot\n";
  reader.files["http://server/uki.efi"] = test::pe_file({{".linux", "k"}});
  reader.files["http://server/stub.efi"] = std::string(0x202, 'M').replace(0, 2, "MZ") + "HdrS";
  const BootSource source = read_ipxe({"http://server", "/menu.ipxe"}, reader);
  REQUIRE(source.entries.size() == 2);
  CHECK(source.entries[0].kind == SourceEntry::Kind::uki);
  CHECK(source.entries[1].kind == SourceEntry::Kind::linux);
  CHECK(source.entries[1].cmdline == "quiet");
}

TEST_CASE("ipxe: what only iPXE can do is told, and fails") {
  const auto source = read("sanboot iscsi:x || kernel k\nboot\n");
  REQUIRE(source.entries.size() == 1);
  REQUIRE(source.diagnostics.size() == 1);
  CHECK(source.diagnostics[0].str() == "http://srv/boot/menu.ipxe:2: \"sanboot\" is left to iPXE");
}

TEST_CASE("ipxe: scripts without an end end") {
  CHECK(read(":a\ngoto a\n").diagnostics.size() == 1);
  FakeSourceReader reader;
  CHECK(read(reader, "chain menu.ipxe\n").entries.empty());
  CHECK(read("menu\nitem a\nitem b\n:x\nchoose t && goto x\n").entries.empty());
}

TEST_CASE("ipxe: a command may be timed as often as a line has room for") {
  std::string times;
  for (int i = 0; i < 10'000; ++i) times += "time ";
  const auto source = read(times + "kernel linux\nboot\n");
  REQUIRE(source.entries.size() == 1);
  CHECK(source.entries[0].kernel->str() == "http://srv/boot/linux");
}

namespace {

/// Scripts that repeat all that a script can: each is cut short by its steps, or by a bound.
std::string many(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

bool ran_out(const BootSource& source) {
  return std::any_of(source.diagnostics.begin(), source.diagnostics.end(), [](const Diagnostic& one) {
    return one.message == "the script did not end within 300000 steps";
  });
}

}  // namespace

TEST_CASE("ipxe: what a script copies costs steps") {
  const std::string words = many(500, " wwwwwwwwwwwwwwwwwwww");
  // A value of 10 KB, looked at again and again.
  CHECK(ran_out(read("set a" + words + "\n:l\nset b ${a}\ngoto l\n")));
  CHECK(ran_out(read("set a" + words + "\n:l\nset b ${a:uristring}${a:uristring}\ngoto l\n")));
  // The branches of menus in menus, each with a state of its own.
  const std::string menu = "menu" + many(30, "\nitem i") + "\nchoose --keep x\n";
  CHECK(ran_out(read(many(8, menu))));
  const auto big =
      read("set a" + words + words + "\nmenu\n" + many(900, "item i\n") + "choose x\nkernel k\nboot\n");
  CHECK(ran_out(big));
  CHECK(big.entries.size() > 100);
  // Images with many words, and all of them named alike.
  CHECK(ran_out(read(many(9, "kernel --name k v" + words + "\n") + ":l\nimgargs k" + words + "\ngoto l\n")));
  // Operators in one line.
  CHECK(ran_out(read(":l\n" + many(40'000, "a && ") + "\ngoto l\n")) == false);  // the first fails
  CHECK(ran_out(read(":l\n" + many(40'000, "a || ") + "\ngoto l\n")));
  // `time` carries another command, also itself.
  CHECK(read(many(50'000, "time ") + "kernel k\nboot\n").entries.size() == 1);
}

TEST_CASE("ipxe: images, items and scripts have a bound") {
  const auto images = read(many(200, "initrd i\n") + "kernel k\nboot\n");
  CHECK(images.entries.empty());
  REQUIRE(!images.diagnostics.empty());
  CHECK(images.diagnostics[0].message == "ignored: more than 100 images");
  const auto items = read("menu\n" + many(1'100, "item i\n") + "choose x\nkernel k\nboot\n");
  CHECK(items.entries.size() == 1'000);
  CHECK(items.diagnostics[0].message == "ignored: more than 1000 items");
  CHECK_THROWS_WITH(read(std::string(300'000, '\n')), Catch::Contains("too large"));

  // Each file is read once.
  class Counting : public FakeSourceReader {
   public:
    int reads = 0;
    std::optional<std::string> read(const FilePlace& place, std::size_t limit) override {
      ++reads;
      return FakeSourceReader::read(place, limit);
    }
  } reader;
  read(reader, many(20, "chain gone.ipxe ||\n") + "chain menu.ipxe\n");
  CHECK(reader.reads == 3);
  Counting all;
  read(all, "set n 0\n:l\ninc n\nchain ${n}.ipxe ||\ngoto l\n");
  CHECK(all.reads == 501);
}
