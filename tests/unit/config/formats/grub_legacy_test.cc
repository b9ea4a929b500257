#include "config/formats/grub_legacy.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_source_reader.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)
using Kind = SourceEntry::Kind;

namespace {

FakeSourceReader machine() {
  FakeSourceReader reader;
  reader.known = {{.name = "sda1", .uuid = "AAAA", .disk = "sda", .partition = 1},
                  {.name = "sda2", .uuid = "bbbb", .disk = "sda", .partition = 2},
                  {.name = "sdb1", .disk = "sdb", .partition = 1}};
  return reader;
}

BootSource read(FakeSourceReader& reader, const std::string& text) {
  reader.files["sda1:/grub/menu.lst"] = text;
  return read_grub_legacy({"sda1", "/grub/menu.lst"}, reader);
}

}  // namespace

TEST_CASE("grub legacy: a menu as update-grub wrote it") {
  FakeSourceReader reader = machine();
  const auto source = read(reader,
                           "default\t\t1\n"
                           "timeout\t\t5\n"
                           "color cyan/blue white/blue\n"
                           "## ## End Default Options ##\n"
                           "title\t\tDebian GNU/Linux, kernel 2.6.26-2-686\n"
                           "root\t\t(hd0,1)\n"
                           "kernel\t\t/vmlinuz-2.6.26-2-686 root=/dev/hda3 ro quiet\n"
                           "initrd\t\t/initrd.img-2.6.26-2-686\n"
                           "\n"
                           "title Other\n"
                           "kernel (hd1,0)/boot/vmlinuz ro\n"
                           "savedefault\n");
  REQUIRE(source.entries.size() == 2);
  CHECK(source.entries[0].title == "Debian GNU/Linux, kernel 2.6.26-2-686");
  CHECK(source.entries[0].line == 5);
  CHECK(source.entries[0].kernel->str() == "sda2:/vmlinuz-2.6.26-2-686");
  CHECK(source.entries[0].cmdline == "root=/dev/hda3 ro quiet");
  REQUIRE(source.entries[0].initrds.size() == 1);
  CHECK(source.entries[0].initrds[0].str() == "sda2:/initrd.img-2.6.26-2-686");
  CHECK(source.entries[1].kernel->str() == "sdb1:/boot/vmlinuz");
  CHECK(source.default_entry == 1);
  CHECK(source.timeout == 5);
  CHECK(source.diagnostics.empty());
}

TEST_CASE("grub legacy: other systems, other devices, and what only leads on") {
  FakeSourceReader reader = machine();
  const auto source = read(reader,
                           "default 3\nfallback 0\n"
                           "title Windows\nrootnoverify (hd0,0)\nmakeactive\nchainloader +1\n"
                           "title Gone\nroot (hd7,0)\nkernel /k\n"
                           "title More\nconfigfile /grub/other.lst\n"
                           "title Other systems:\nroot\n"
                           "title By UUID\nuuid BBBB\nkernel /k\n");
  REQUIRE(source.entries.size() == 3);
  CHECK(source.entries[0].kind == Kind::unbootable);
  CHECK(source.entries[0].why == "a boot sector of another system: only the firmware can start it");
  CHECK(source.entries[1].kind == Kind::unbootable);
  CHECK(source.entries[1].why == "no device (hd7,0) on this machine");
  CHECK(source.entries[2].kernel->str() == "sda2:/k");
  CHECK(source.default_entry == 0);  // 3 starts nothing
}

TEST_CASE("grub legacy: Xen is multiboot with modules") {
  FakeSourceReader reader = machine();
  const auto source = read(reader,
                           "default saved\n"
                           "title Xen\nkernel /xen.gz dom0_mem=1G\nmodule /vmlinuz ro\nmodule /initrd\n"
                           "title Plain\nkernel --type=linux --no-mem-option /k\n");
  REQUIRE(source.entries.size() == 2);
  CHECK(source.entries[0].kind == Kind::multiboot);
  CHECK(source.entries[0].kernel->str() == "sda1:/xen.gz");
  REQUIRE(source.entries[0].modules.size() == 2);
  CHECK(source.entries[0].modules[0].cmdline == "ro");
  CHECK(source.entries[1].kind == Kind::linux);
  CHECK(source.default_entry == 0);
  reader.files["sda1:/grub/default"] = "1\n#\n#\n";
  CHECK(read(reader, reader.files["sda1:/grub/menu.lst"]).default_entry == 1);
}

TEST_CASE("grub legacy: bad lines cost themselves") {
  FakeSourceReader reader = machine();
  const auto source = read(reader, "timeout soon\nfoo\ntitle A\nkernel\nbar x\nkernel /k\n");
  REQUIRE(source.entries.size() == 1);
  CHECK(source.entries[0].kernel->str() == "sda1:/k");
  REQUIRE(source.diagnostics.size() == 4);
  CHECK(source.diagnostics[0].str() == "sda1:/grub/menu.lst:1: timeout: \"soon\" is no number");
  CHECK(source.diagnostics[3].str() == "sda1:/grub/menu.lst:5: unknown command \"bar\"");
}
