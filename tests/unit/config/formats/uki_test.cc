#include "config/formats/uki.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_pe.h"
#include "tests/unit/fakes/fake_source_reader.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)
using test::pe_file;

namespace {
constexpr const char* kArch = "NAME=\"Arch Linux\"\nPRETTY_NAME=\"Arch Linux\"\nID=arch\n";
}

TEST_CASE("uki: title, command line and name") {
  FakeSourceReader reader;
  reader.files["sda1:/EFI/Linux/arch-linux+3.efi"] =
      pe_file({{".osrel", kArch}, {".cmdline", std::string("root=UUID=1 rw\n\0\0", 17)}, {".linux", "k"}});
  reader.files["sda1:/EFI/Linux/shell.efi"] = pe_file({{".text", "x"}});
  const BootSource source = read_uki_folder({"sda1", "/EFI/Linux"}, reader);
  REQUIRE(source.entries.size() == 1);
  const SourceEntry& entry = source.entries[0];
  CHECK(entry.name == "arch-linux");
  CHECK(entry.title == "Arch Linux");
  CHECK(entry.cmdline == "root=UUID=1 rw");
  CHECK(entry.kind == SourceEntry::Kind::uki);
  CHECK(entry.kernel == FilePlace{"sda1", "/EFI/Linux/arch-linux+3.efi"});
  CHECK(source.default_entry == 0);
  CHECK(source.diagnostics.size() == 1);
}

TEST_CASE("uki: each profile is an entry") {
  FakeSourceReader reader;
  reader.files["sda1:/x.efi"] = pe_file({{".osrel", kArch},
                                         {".cmdline", "quiet"},
                                         {".linux", "k"},
                                         {".profile", "ID=main\n"},
                                         {".profile", "ID=reset\nTITLE=\"Factory reset\"\n"},
                                         {".cmdline", "reset"}});
  const BootSource source = read_uki({"sda1", "/x.efi"}, reader);
  REQUIRE(source.entries.size() == 2);
  CHECK(source.entries[0].title == "Arch Linux (main)");
  CHECK(source.entries[0].cmdline == "quiet");
  CHECK(source.entries[1].title == "Arch Linux (Factory reset)");
  CHECK(source.entries[1].cmdline == "reset");
}

TEST_CASE("uki: loader.conf has the default and the timeout of the images, too") {
  FakeSourceReader reader;
  const auto read = [&](const std::string& conf) {
    reader.files["sda1:/loader/loader.conf"] = conf;
    return read_uki_folder({"sda1", "/EFI/Linux"}, reader);
  };
  const std::string image = pe_file({{".osrel", kArch}, {".linux", "k"}});
  reader.files["sda1:/EFI/Linux/arch-linux.efi"] = image;
  reader.files["sda1:/EFI/Linux/arch-linux-lts+2-1.efi"] = image;
  reader.files["sda1:/EFI/Linux/more.efi"] =
      pe_file({{".osrel", kArch}, {".linux", "k"}, {".profile", "ID=a\n"}, {".profile", "ID=b\n"}});
  const auto default_of = [&](const std::string& conf) {
    const BootSource source = read(conf);
    return source.default_entry ? source.entries[*source.default_entry].title + " " +
                                      source.entries[*source.default_entry].name
                                : "none";
  };
  CHECK(read("timeout 7\n").timeout == 7);
  CHECK(read("default *\n").timeout == std::nullopt);
  CHECK(read("timeout 7\n").default_entry == 0);
  CHECK(default_of("default ARCH-linux-lts*\n") == "Arch Linux arch-linux-lts");
  CHECK(default_of("default arch-linux-lts.efi\n") == "Arch Linux arch-linux-lts");
  CHECK(default_of("default arch-linux-lts+2-1.efi\n") == "Arch Linux arch-linux-lts");
  CHECK(default_of("default more*\n") == "Arch Linux (a) more");
  CHECK(default_of("default more.efi@1\n") == "Arch Linux (b) more");
  CHECK(read("default nothing\n").default_entry == 0);
  CHECK(read("default @saved\n").default_entry == 0);
  // It may name an entry of loader/entries.
  reader.files["sda1:/loader/entries/debian+3.conf"] = "linux /k\n";
  CHECK(default_of("default debian.conf\n") == "none");
  const BootSource other = read_uki_folder({"sda1", "/boot/EFI/Linux"}, reader);
  CHECK(other.timeout == std::nullopt);
}

TEST_CASE("uki: sections that lead out of the file are left out, and overlapping ones are read as they are") {
  std::string file = pe_file({{".linux", "k"}, {".cmdline", "quiet"}, {".osrel", kArch}});
  constexpr std::size_t kFirst = 0x80 + 24 + 240;
  test::put_number(file, kFirst + 80 + 20, 0xffffff00U);  // .osrel begins far behind the end
  FakeSourceReader reader;
  reader.files["sda1:/x.efi"] = file;
  REQUIRE(read_uki_profiles({"sda1", "/x.efi"}, reader).size() == 1);
  CHECK(read_uki_profiles({"sda1", "/x.efi"}, reader)[0].title == "x.efi");
  test::put_number(file, kFirst + 80 + 20, 0);  // .osrel is the headers
  reader.files["sda1:/x.efi"] = file;
  CHECK(read_uki_profiles({"sda1", "/x.efi"}, reader).size() == 1);
  CHECK(read_pe_sections(file.substr(0, kFirst + 10), 4096).empty());
  CHECK(read_pe_sections("MZ", 2).empty());
}

TEST_CASE("uki: what EFI could start") {
  FakeSourceReader reader;
  std::string kernel = pe_file({{".text", "x"}});
  kernel.replace(0x202, 4, "HdrS");
  reader.files["sda1:/vmlinuz"] = kernel;
  reader.files["sda1:/shell.efi"] = pe_file({{".text", "x"}});
  reader.files["sda1:/uki.efi"] = pe_file({{".linux", "x"}});
  CHECK(efi_kind({"sda1", "/vmlinuz"}, reader) == EfiKind::linux);
  CHECK(efi_kind({"sda1", "/shell.efi"}, reader) == EfiKind::other);
  CHECK(efi_kind({"sda1", "/uki.efi"}, reader) == EfiKind::uki);
  CHECK(efi_kind({"sda1", "/nothing"}, reader) == EfiKind::none);
}

TEST_CASE("uki: the words of addons stand behind its own, those for all images first") {
  FakeSourceReader reader;
  const auto addon = [](const std::string& cmdline, const std::string& uname = "") {
    return pe_file({{".cmdline", cmdline}, {".uname", uname}});
  };
  reader.files["sda1:/EFI/Linux/x.efi"] = pe_file(
      {{".osrel", kArch}, {".cmdline", "quiet"}, {".uname", "6.1"}, {".linux", "k"}, {".initrd", "i"}});
  reader.files["sda1:/EFI/Linux/x.efi.extra.d/b.addon.efi"] = addon("b=1\n");
  reader.files["sda1:/EFI/Linux/x.efi.extra.d/a.addon.efi"] = addon("a=1", "6.1");
  reader.files["sda1:/EFI/Linux/x.efi.extra.d/c.addon.efi"] = addon("c=1", "6.2");
  reader.files["sda1:/EFI/Linux/x.efi.extra.d/d.efi"] = addon("d=1");
  reader.files["sda1:/EFI/Linux/x.efi.extra.d/text.addon.efi"] = "hello";
  reader.files["sda1:/loader/addons/z.addon.efi"] = addon("all=1");
  const BootSource source = read_uki_folder({"sda1", "/EFI/Linux"}, reader);
  REQUIRE(source.entries.size() == 1);
  CHECK(source.entries[0].cmdline == "quiet all=1 a=1 b=1");
  CHECK(source.entries[0].parts.size() == 3);
}

TEST_CASE("uki: a file is one when a section holds a kernel") {
  CHECK(is_uki(pe_file({{".linux", "k"}}).substr(0, 4096)));
  CHECK_FALSE(is_uki(pe_file({{".text", "k"}})));
  CHECK_FALSE(is_uki(pe_file({{".linux", ""}})));
  CHECK_FALSE(is_uki("MZ"));
  CHECK_FALSE(is_uki(""));
}
