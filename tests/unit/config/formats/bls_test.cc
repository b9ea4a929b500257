#include "config/formats/bls.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_pe.h"
#include "tests/unit/fakes/fake_source_reader.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)

namespace {

constexpr const char* kEntries = "sda1:/loader/entries/";

std::vector<std::string> names_of(const BootSource& source) {
  std::vector<std::string> names;
  for (const SourceEntry& entry : source.entries) names.push_back(entry.name);
  return names;
}

std::vector<std::string> texts_of(const std::vector<FilePlace>& places) {
  std::vector<std::string> texts;
  for (const FilePlace& place : places) texts.push_back(place.str());
  return texts;
}

BootSource read(FakeSourceReader& reader, const std::map<std::string, std::string>& variables = {}) {
  return read_bls({"sda1", "/loader/entries"}, variables, reader);
}

}  // namespace

TEST_CASE("bls: overlays of a device tree are reported, and the entry stays") {
  FakeSourceReader reader;
  reader.files[std::string(kEntries) + "a.conf"] =
      "linux /k\ndevicetree /x.dtb\ndevicetree-overlay /a.dtbo /b.dtbo\n";
  const BootSource source = read(reader);
  REQUIRE(source.entries.size() == 1);
  CHECK(source.entries[0].kind == SourceEntry::Kind::linux);
  REQUIRE(source.diagnostics.size() == 1);
  CHECK(source.diagnostics[0].str() ==
        "sda1:/loader/entries/a.conf:3: devicetree-overlay: kboot applies no overlays, the kernel starts "
        "without them");
}

TEST_CASE("bls: all keys of an entry") {
  FakeSourceReader reader;
  reader.files[std::string(kEntries) + "6a9857a3-6.1+2-1.conf"] =
      "# written by hand\n"
      "title      Fedora 19 (Rawhide)\n"
      "sort-key   fedora\n"
      "machine-id 6a9857a393724b7a981ebb5b8495b9ea\n"
      "version    3.8.0-2.fc19.x86_64\n"
      "options    root=UUID=6d3376e4 quiet\n"
      "architecture x64\n"
      "linux      \\6a98\\linux\n"
      "initrd     /6a98/ucode.img /6a98/initrd\n"
      "initrd     /6a98/more\n"
      "options    rw\n"
      "devicetree /6a98/x.dtb\n";
  const BootSource source = read(reader);
  REQUIRE(source.entries.size() == 1);
  const SourceEntry& entry = source.entries[0];
  CHECK(entry.name == "6a9857a3-6.1");
  CHECK(entry.title == "Fedora 19 (Rawhide)");
  CHECK(entry.file.str() == "sda1:/loader/entries/6a9857a3-6.1+2-1.conf");
  CHECK(entry.kernel->str() == "sda1:/6a98/linux");
  CHECK(texts_of(entry.initrds) ==
        std::vector<std::string>{"sda1:/6a98/ucode.img", "sda1:/6a98/initrd", "sda1:/6a98/more"});
  CHECK(entry.cmdline == "root=UUID=6d3376e4 quiet rw");
  CHECK(entry.devicetree->str() == "sda1:/6a98/x.dtb");
  CHECK(source.diagnostics.empty());
  CHECK_FALSE(source.default_entry);
}

TEST_CASE("bls: order by sort-key, machine-id and version; entries without tries come last") {
  FakeSourceReader reader;
  const auto add = [&](const std::string& file, const std::string& keys) {
    reader.files[kEntries + file] = keys + "linux /k\n";
  };
  add("a.conf", "");
  add("b.conf", "");
  add("old.conf", "sort-key arch\nversion 6.9.1\n");
  add("new.conf", "sort-key arch\nversion 6.10.1\n");
  add("z+0-3.conf", "sort-key aaa\nversion 9\n");
  add("debian.conf", "sort-key debian\n");
  CHECK(names_of(read(reader)) == std::vector<std::string>{"new", "old", "debian", "b", "a", "z"});
}

TEST_CASE("bls: loader.conf names the default by a pattern, and the timeout") {
  FakeSourceReader reader;
  reader.files["sda1:/loader/entries/arch.conf"] = "title Arch\nlinux /k\n";
  reader.files["sda1:/loader/entries/arch-lts.conf"] = "title Arch\nlinux /k\nversion 6.6\n";
  SECTION("by a pattern") {
    reader.files["sda1:/loader/loader.conf"] = "default arch-l*\ntimeout 4\nconsole-mode max\n";
    const BootSource source = read(reader);
    REQUIRE(source.default_entry);
    CHECK(source.entries[*source.default_entry].name == "arch-lts");
    CHECK(source.timeout == 4U);
  }
  SECTION("without one, the first") {
    reader.files["sda1:/loader/loader.conf"] = "timeout menu-force\n";
    CHECK(read(reader).default_entry == 0);
    CHECK_FALSE(read(reader).timeout);
  }
  SECTION("equal titles get the version") {
    const BootSource source = read(reader);
    CHECK(source.entries[0].title == "Arch");
    CHECK(source.entries[1].title == "Arch (6.6)");
  }
}

TEST_CASE("bls: a path is tried from the top, in the folder of loader, without /boot") {
  FakeSourceReader reader;
  const auto kernel_of = [&](const std::string& folder, const std::string& path) {
    reader.files["sda1:" + folder + "/loader/entries/a.conf"] = "linux " + path + "\n";
    return read_bls({"sda1", folder + "/loader/entries"}, {}, reader).entries.at(0).kernel->str();
  };
  reader.files["sda1:/boot/one"] = "k";
  reader.files["sda1:/two"] = "k";
  CHECK(kernel_of("/boot", "/one") == "sda1:/boot/one");
  CHECK(kernel_of("/boot", "/two") == "sda1:/two");
  CHECK(kernel_of("", "/boot/two") == "sda1:/two");
  CHECK(kernel_of("/boot", "/boot/one") == "sda1:/boot/one");
  CHECK(kernel_of("/boot", "/missing") == "sda1:/missing");
  CHECK(kernel_of("", "../../two") == "sda1:/two");
}

TEST_CASE("bls: names with a $ come from the variables") {
  FakeSourceReader reader;
  reader.files["sda1:/loader/entries/a.conf"] =
      "title Red Hat ($kernel)\nlinux /vmlinuz\ninitrd /initrd $tuned_initrd\n"
      "options $kernelopts $tuned_params ${more} cost=5$\n";
  CHECK(bls_needs_variables({"sda1", "/loader/entries"}, reader));
  const BootSource source =
      read(reader, {{"kernelopts", "root=/dev/sda2 ro"}, {"more", "quiet"}, {"tuned_initrd", "/t.img"}});
  REQUIRE(source.entries.size() == 1);
  CHECK(source.entries[0].cmdline == "root=/dev/sda2 ro quiet cost=5$");
  CHECK(source.entries[0].title == "Red Hat ()");
  CHECK(texts_of(source.entries[0].initrds) == std::vector<std::string>{"sda1:/initrd", "sda1:/t.img"});
  CHECK(source.diagnostics.empty());
  const BootSource without = read(reader);
  REQUIRE(without.diagnostics.size() == 1);
  CHECK(without.diagnostics[0].message.find("$kernelopts") != std::string::npos);
}

TEST_CASE("bls: EFI programs that are kernels or images boot, others do not") {
  FakeSourceReader reader;
  reader.files["sda1:/uki.efi"] = test::pe_file({{".linux", "k"}, {".cmdline", "quiet"}});
  reader.files["sda1:/shell.efi"] = test::pe_file({{".text", "k"}});
  reader.files["sda1:/loader/entries/a.conf"] = "efi /uki.efi\n";
  reader.files["sda1:/loader/entries/b.conf"] = "uki /uki.efi\noptions mine\n";
  reader.files["sda1:/loader/entries/c.conf"] = "efi \\shell.efi\n";
  reader.files["sda1:/loader/entries/d.conf"] = "uki /uki.efi\nprofile 3\n";
  const BootSource source = read(reader);
  REQUIRE(names_of(source) == std::vector<std::string>{"d", "c", "b", "a"});
  using Kind = SourceEntry::Kind;
  CHECK(source.entries[3].kind == Kind::uki);
  CHECK(source.entries[3].cmdline == "quiet");
  CHECK(source.entries[2].cmdline == "mine");
  CHECK(source.entries[1].kind == Kind::unbootable);
  CHECK(source.entries[0].kind == Kind::unbootable);
}

TEST_CASE("bls: what is no entry costs only itself") {
  FakeSourceReader reader;
  reader.files["sda1:/loader/entries/arm.conf"] = "architecture AA64\nlinux /k\n";
  reader.files["sda1:/loader/entries/empty.conf"] = "";
  reader.files["sda1:/loader/entries/cut+3.conf"] = "";
  reader.files["sda1:/loader/entries/good.conf"] = "linux /k\n";
  reader.files["sda1:/loader/entries/good.conf~"] = "linux /k\n";
  const BootSource source = read(reader);
  CHECK(names_of(source) == std::vector<std::string>{"good"});
  CHECK(source.diagnostics.size() == 1);
}

TEST_CASE("bls: of two files of one entry the one with fewer tries left counts") {
  FakeSourceReader reader;
  reader.files["sda1:/loader/entries/a+3.conf"] = "linux /old\n";
  reader.files["sda1:/loader/entries/a+2-1.conf"] = "linux /new\n";
  const BootSource source = read(reader);
  REQUIRE(source.entries.size() == 1);
  CHECK(source.entries[0].kernel->path == "/new");
}

TEST_CASE("bls: one named file is a source of its own") {
  FakeSourceReader reader;
  reader.files["sda1:/loader/entries/a.conf"] = "linux /k\n";
  reader.files["sda1:/loader/entries/b.conf"] = "linux /k\n";
  const BootSource source = read_bls({"sda1", "/loader/entries/a.conf"}, {}, reader);
  CHECK(names_of(source) == std::vector<std::string>{"a"});
  CHECK(source.default_entry == 0);
}

TEST_CASE("bls: a default of loader.conf that is an image of EFI/Linux is none of these entries") {
  FakeSourceReader reader;
  reader.files[std::string(kEntries) + "a.conf"] = "linux /k\n";
  reader.files["sda1:/EFI/Linux/arch+3.efi"] = "";
  reader.files["sda1:/loader/loader.conf"] = "default arch.efi\n";
  BootSource source = read(reader);
  CHECK(source.default_entry == std::nullopt);
  CHECK(source.default_elsewhere);
  reader.files["sda1:/loader/loader.conf"] = "default arch.conf\n";
  source = read(reader);
  CHECK(source.default_entry == 0);
  CHECK_FALSE(source.default_elsewhere);
}

TEST_CASE("bls: default @saved of loader.conf is the entry that was started last, else the first") {
  struct Reader : FakeSourceReader {
    std::optional<std::string> last;
    std::optional<std::string> last_booted() override { return last; }
  } reader;
  reader.files[std::string(kEntries) + "a.conf"] = "linux /k\n";
  reader.files[std::string(kEntries) + "b.conf"] = "linux /k\n";
  reader.files["sda1:/loader/loader.conf"] = "default @saved\n";
  CHECK(read(reader).default_entry == 0);
  reader.last = "A.conf";
  REQUIRE(read(reader).default_entry);
  CHECK(names_of(read(reader)).at(*read(reader).default_entry) == "a");
  for (const char* other : {"gone.conf", "*", "", "@saved"}) {
    reader.last = other;
    CHECK(read(reader).default_entry == 0);
  }
}

TEST_CASE("bls: default auto-windows of loader.conf is none of these entries") {
  FakeSourceReader reader;
  reader.files[std::string(kEntries) + "a.conf"] = "linux /k\n";
  reader.files["sda1:/loader/loader.conf"] = "default auto-windows\n";
  CHECK(read(reader).default_entry == 0);  // there is none
  reader.files["sda1:/EFI/Microsoft/Boot/bootmgfw.efi"] = "MZ";
  for (const char* name : {"auto-windows", "auto-reboot-to-firmware-setup"}) {
    reader.files["sda1:/loader/loader.conf"] = std::string("default ") + name + "\n";
    CHECK(read(reader).default_entry == std::nullopt);
    CHECK(read(reader).default_elsewhere);
  }
  // As before, a pattern that fits nothing leaves the first.
  reader.files["sda1:/loader/loader.conf"] = "default arch*\n";
  CHECK(read(reader).default_entry == 0);
}
