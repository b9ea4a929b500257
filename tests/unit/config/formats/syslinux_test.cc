#include "config/formats/syslinux.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_source_reader.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)
using Kind = SourceEntry::Kind;

namespace {

BootSource read(FakeSourceReader& reader, const std::string& text,
                const std::string& path = "/syslinux.cfg") {
  reader.files["sda1:" + path] = text;
  return read_syslinux({"sda1", path}, reader);
}

BootSource read(const std::string& text) {
  FakeSourceReader reader;
  return read(reader, text);
}

std::vector<std::string> titles(const BootSource& source) {
  std::vector<std::string> all;
  for (const SourceEntry& entry : source.entries) all.push_back(entry.title);
  return all;
}

}  // namespace

TEST_CASE("syslinux: extlinux.conf as u-boot-menu writes it") {
  FakeSourceReader reader;
  const BootSource source = read(reader,
                                 "## /boot/extlinux/extlinux.conf\n"
                                 "default l0\n"
                                 "menu title U-Boot menu\n"
                                 "prompt 0\n"
                                 "timeout 50\n"
                                 "\n"
                                 "label l0\n"
                                 "\tmenu label Debian GNU/Linux 12 (bookworm) 6.1.0-9-amd64\n"
                                 "\tlinux /vmlinuz-6.1.0-9-amd64\n"
                                 "\tinitrd /initrd.img-6.1.0-9-amd64\n"
                                 "\tfdtdir /usr/lib/linux-image-6.1.0-9-amd64/\n"
                                 "\tappend root=/dev/sda2 ro quiet\n"
                                 "label l0r\n"
                                 "\tmenu label rescue\n"
                                 "\tlinux /vmlinuz-6.1.0-9-amd64\n"
                                 "\tappend root=/dev/sda2 ro single\n",
                                 "/extlinux/extlinux.conf");
  REQUIRE(source.entries.size() == 2);
  const SourceEntry& first = source.entries[0];
  CHECK(first.name == "l0");
  CHECK(first.title == "Debian GNU/Linux 12 (bookworm) 6.1.0-9-amd64");
  CHECK(first.line == 7);
  CHECK(first.kernel->str() == "sda1:/vmlinuz-6.1.0-9-amd64");
  REQUIRE(first.initrds.size() == 1);
  CHECK(first.initrds[0].str() == "sda1:/initrd.img-6.1.0-9-amd64");
  CHECK(first.cmdline == "root=/dev/sda2 ro quiet");
  CHECK(source.entries[1].initrds.empty());
  CHECK(source.default_entry == 0);
  CHECK(source.timeout == 5);
  CHECK(source.diagnostics.empty());
}

TEST_CASE("syslinux: the initrd= of APPEND is kboot's, with commas") {
  const auto source =
      read("LABEL a\nKERNEL vmlinuz quiet\nAPPEND initrd=a.img,b.img root=/dev/sda1 x=\"a  b\"\n");
  REQUIRE(source.entries.size() == 1);
  CHECK(source.entries[0].kernel->str() == "sda1:/vmlinuz");
  REQUIRE(source.entries[0].initrds.size() == 2);
  CHECK(source.entries[0].initrds[1].str() == "sda1:/b.img");
  CHECK(source.entries[0].cmdline == "quiet root=/dev/sda1 x=\"a  b\"");
}

TEST_CASE("syslinux: a label's APPEND replaces the global one, and - is none") {
  const auto source =
      read("append one\nlabel a\nkernel k\nlabel b\nkernel k\nappend two\nlabel c\nkernel k\nappend -\n");
  REQUIRE(source.entries.size() == 3);
  CHECK(source.entries[0].cmdline == "one");
  CHECK(source.entries[1].cmdline == "two");
  CHECK(source.entries[2].cmdline.empty());
}

TEST_CASE("syslinux: the default is ONTIMEOUT, DEFAULT, MENU DEFAULT, or the first") {
  const std::string labels =
      "label a\nkernel k\nlabel b\nkernel k\nmenu default\nlabel c\nkernel k\nlabel d\nkernel k\n";
  CHECK(read("label a\nkernel k\nlabel b\nkernel k\n").default_entry == 0);
  CHECK(read(labels).default_entry == 1);
  CHECK(read("DEFAULT C single\n" + labels).default_entry == 2);
  CHECK(read("DEFAULT c\nONTIMEOUT d\n" + labels).default_entry == 3);
  CHECK(read("DEFAULT vesamenu.c32\n" + labels).default_entry == 1);
}

TEST_CASE("syslinux: the MENU DEFAULT of a menu in a menu is only that menu's") {
  const std::string dark =
      "label install\nkernel k\n"
      "menu begin dark\nlabel installdark\ndefault installdark\nkernel k\nmenu default\nmenu end\n";
  // The menu of a DEFAULT heeds no DEFAULT, as the one of Debian's installer; that of a UI does.
  CHECK(read(dark + "default vesamenu.c32\n").default_entry == 0);
  CHECK(read("ui vesamenu.c32\n" + dark).default_entry == 1);
  CHECK(read(dark).default_entry == 1);
  const std::string inner = "label a\nkernel k\nmenu begin\nlabel b\nkernel k\nmenu default\n";
  CHECK(read("ui menu.c32\n" + inner + "menu end\n").default_entry == 0);
  CHECK(read("ui menu.c32\n" + inner + "menu end\nlabel c\nkernel k\nmenu default\n").default_entry == 2);
}

TEST_CASE("syslinux: ONTIMEOUT may have the words of a label instead of its name") {
  const std::string labels =
      "label a\nkernel k\nlabel b\nkernel k\nappend  x initrd=i\nlabel c\nkernel k y\nappend z\n";
  CHECK(read(labels + "ontimeout k x  initrd=i\n").default_entry == 1);
  CHECK(read("append x\n" + labels + "ontimeout k x\n").default_entry == 0);
  CHECK(read(labels + "ontimeout k y z\n").default_entry == 2);
  CHECK(read(labels + "ontimeout chain.c32 hd0\n").default_entry == std::nullopt);
}

TEST_CASE("syslinux: of several DEFAULT and MENU DEFAULT the last counts") {
  const std::string labels =
      "label a\nkernel k\nmenu default\nlabel b\nkernel k\nmenu default\nlabel c\nkernel k\n";
  CHECK(read("default vesamenu.c32\n" + labels).default_entry == 1);
  CHECK(read("default vesamenu.c32\n" + labels + "default c\n").default_entry == 2);
  CHECK(read("default c\n" + labels + "default vesamenu.c32\n").default_entry == 1);
}

TEST_CASE("syslinux: a menu in a menu can be the default, or the one that is shown first") {
  const std::string top = "ui menu.c32\nlabel a\nkernel k\nmenu begin\n";
  const std::string labels = "label b\nkernel k\nlabel c\nkernel k\nmenu default\nmenu end\n";
  CHECK(read(top + labels).default_entry == 0);
  CHECK(read(top + "menu default\n" + labels).default_entry == 2);
  CHECK(read(top + "menu start\n" + labels).default_entry == 2);
}

TEST_CASE("syslinux: TIMEOUT and ONTIMEOUT in a menu in a menu are only that menu's") {
  const std::string inner =
      "menu begin\ntimeout 900\nontimeout c\nlabel b\nkernel k\nlabel c\nkernel k\nmenu end\n";
  const auto source = read("ui menu.c32\ntimeout 50\nlabel a\nkernel k\n" + inner);
  CHECK(source.timeout == 5);
  CHECK(source.default_entry == 0);
  // DEFAULT shows the menu of its label first, and there its ONTIMEOUT counts.
  const auto start = read("ui menu.c32\ntimeout 50\ndefault b\nlabel a\nkernel k\n" + inner);
  CHECK(start.timeout == 90);
  CHECK(start.default_entry == 2);
}

TEST_CASE("syslinux: where the default boots the disk, no entry is the default") {
  CHECK(read("label local\nlocalboot 0\nmenu default\nlabel a\nkernel k\n").default_entry == std::nullopt);
  CHECK(read("label local\nlocalboot 0\nlabel a\nkernel k\n").default_entry == std::nullopt);
}

TEST_CASE("syslinux: a configuration that a label starts has its own DEFAULT, TIMEOUT and APPEND") {
  FakeSourceReader reader;
  reader.files["sda1:/live.cfg"] =
      "ui menu.c32\ndefault live2\ntimeout 900\nappend live\nlabel live1\nkernel k\nlabel live2\nkernel k\n";
  const std::string labels = "label more\nkernel menu.c32\nappend live.cfg\nlabel last\nkernel k\n";
  const auto source = read(reader, "timeout 50\nappend top\ndefault last\n" + labels);
  CHECK(titles(source) == std::vector<std::string>{"live1", "live2", "last"});
  CHECK(source.default_entry == 2);
  CHECK(source.timeout == 5);
  CHECK(source.entries[0].cmdline == "live");
  CHECK(source.entries[2].cmdline == "top");
  // Where it is what boots by itself, its default does.
  CHECK(read(reader, "default more\n" + labels).default_entry == 1);
  CHECK(read(reader, labels).default_entry == 1);
}

TEST_CASE("syslinux: times are in tenths of a second") {
  CHECK(read("TIMEOUT 0\nlabel a\nkernel k\n").timeout == std::nullopt);
  CHECK(read("TIMEOUT 301\nlabel a\nkernel k\n").timeout == 31);
  CHECK(read("TIMEOUT 0\nTOTALTIMEOUT 600\nlabel a\nkernel k\n").timeout == 60);
  const auto bad = read("TIMEOUT soon\nlabel a\nkernel k\n");
  CHECK(bad.timeout == std::nullopt);
  REQUIRE(bad.diagnostics.size() == 1);
  CHECK(bad.diagnostics[0].str() == "sda1:/syslinux.cfg:1: \"soon\" is no number of tenths of a second");
}

TEST_CASE("syslinux: menus in menus, and what is hidden or starts nothing") {
  const auto source = read(
      "UI menu.c32\n"
      "menu title Start\n"
      "label one\n menu label ^One\n kernel k\n"
      "menu begin tools\n menu label Too^ls\n menu title All tools\n"
      "label mem\n kernel memtest\n"
      "menu begin\n menu label Deep\n"
      "label deep\n kernel k\n"
      "menu end\n"
      "label back\n menu label Back\n menu exit\n"
      "menu end\n"
      "label secret\n menu hide\n kernel k\n"
      "label off\n menu disable\n"
      "label local\n localboot 0\n"
      "label again\n kernel reboot.c32\n"
      "label last\n kernel k\n text help\nlabel not\nkernel k\n endtext\n");
  CHECK(titles(source) == std::vector<std::string>{"One", "mem", "deep", "last"});
  CHECK(source.entries[0].submenu.empty());
  CHECK(source.entries[1].submenu == std::vector<std::string>{"Tools"});
  CHECK(source.entries[2].submenu == std::vector<std::string>{"Tools", "Deep"});
  CHECK(source.entries[3].submenu.empty());
  CHECK(source.diagnostics.empty());
}

TEST_CASE("syslinux: the Debian installer's tree of files, by PXELINUX") {
  FakeSourceReader reader;
  reader.files["sda1:/tftp/debian-installer/amd64/boot-screens/menu.cfg"] =
      "menu hshift 7\n"
      "include debian-installer/amd64/boot-screens/txt.cfg\n"
      "menu begin advanced\n"
      "    menu title Advanced options\n"
      "    label mainmenu\n        menu label ^Back..\n        menu exit\n"
      "    include debian-installer/amd64/boot-screens/adtxt.cfg\n"
      "menu end\n";
  reader.files["sda1:/tftp/debian-installer/amd64/boot-screens/txt.cfg"] =
      "default install\nlabel install\n\tmenu label ^Install\n\tmenu default\n"
      "\tkernel debian-installer/amd64/linux\n"
      "\tappend vga=788 initrd=debian-installer/amd64/initrd.gz --- quiet \n";
  reader.files["sda1:/tftp/debian-installer/amd64/boot-screens/adtxt.cfg"] =
      "label expert\n\tmenu label E^xpert install\n\tkernel debian-installer/amd64/linux\n"
      "\tappend priority=low vga=788 initrd=debian-installer/amd64/initrd.gz --- \n";
  const auto source = read(reader,
                           "# D-I config version 2.0\n"
                           "path debian-installer/amd64/boot-screens/\n"
                           "include debian-installer/amd64/boot-screens/menu.cfg\n"
                           "default debian-installer/amd64/boot-screens/vesamenu.c32\n"
                           "prompt 0\ntimeout 0\n",
                           "/tftp/pxelinux.cfg/default");
  CHECK(titles(source) == std::vector<std::string>{"Install", "Expert install"});
  CHECK(source.entries[0].file.str() == "sda1:/tftp/debian-installer/amd64/boot-screens/txt.cfg");
  CHECK(source.entries[0].line == 2);
  CHECK(source.entries[0].kernel->str() == "sda1:/tftp/debian-installer/amd64/linux");
  CHECK(source.entries[0].cmdline == "vga=788 --- quiet");
  CHECK(source.entries[1].submenu == std::vector<std::string>{"Advanced options"});
  CHECK(source.default_entry == 0);
  CHECK(source.diagnostics.empty());
}

TEST_CASE("syslinux: CONFIG and menu.c32 lead on, and nothing leads in circles") {
  FakeSourceReader reader;
  reader.files["sda1:/live.cfg"] =
      "label live\nkernel /live/vmlinuz\nlabel up\nkernel menu.c32\nappend syslinux.cfg\n";
  reader.files["sda1:/other.cfg"] = "include other.cfg\nlabel other\nkernel k\n";
  const auto source = read(reader,
                           "include gone.cfg\n"
                           "label menu\nmenu label Live\nkernel vesamenu.c32\nappend live.cfg\n"
                           "label conf\nconfig other.cfg\n");
  CHECK(titles(source) == std::vector<std::string>{"live", "other"});
  CHECK(source.entries[0].submenu == std::vector<std::string>{"Live"});
  REQUIRE(source.diagnostics.size() == 1);
  CHECK(source.diagnostics[0].str() == "sda1:/syslinux.cfg:1: sda1:/gone.cfg: no such file");
}

TEST_CASE("syslinux: files that lead to others many times each are read so often and no more") {
  FakeSourceReader reader;
  for (const char next : std::string("bcdefgh")) {
    std::string& text = reader.files[std::string("sda1:/") + static_cast<char>(next - 1) + ".cfg"];
    for (int i = 0; i < 100; ++i) text += std::string("include ") + next + ".cfg\n";
  }
  reader.files["sda1:/h.cfg"] = "";
  const auto source = read(reader, "label first\nkernel k\ninclude a.cfg\nlabel last\nkernel k\n");
  CHECK(titles(source) == std::vector<std::string>{"first", "last"});
  REQUIRE(source.diagnostics.size() == 1);
  CHECK_THAT(source.diagnostics[0].message, Catch::Contains("more than 1000 files"));
}

TEST_CASE("syslinux: mboot.c32 has a kernel and modules") {
  const auto source =
      read("label xen\nkernel mboot.c32\nappend xen.gz dom0_mem=1G --- vmlinuz ro quiet --- initrd.img\n");
  REQUIRE(source.entries.size() == 1);
  const SourceEntry& entry = source.entries[0];
  CHECK(entry.kind == Kind::multiboot);
  CHECK(entry.kernel->str() == "sda1:/xen.gz");
  CHECK(entry.cmdline == "dom0_mem=1G");
  REQUIRE(entry.modules.size() == 2);
  CHECK(entry.modules[0].file.str() == "sda1:/vmlinuz");
  CHECK(entry.modules[0].cmdline == "ro quiet");
  CHECK(entry.modules[1].file.str() == "sda1:/initrd.img");
}

TEST_CASE("syslinux: boot sectors and SYSLINUX's own programs are unbootable") {
  const auto source = read("label w\nkernel chain.c32\nappend hd0\nlabel b\nboot bs.bin\nlabel c\ncom32 x\n");
  REQUIRE(source.entries.size() == 3);
  for (const SourceEntry& entry : source.entries) CHECK(entry.kind == Kind::unbootable);
  CHECK(source.entries[0].why == "chain.c32 is a program of SYSLINUX or a boot sector, not a kernel");
}

TEST_CASE("syslinux: paths on servers and from the top") {
  FakeSourceReader reader;
  reader.files["http://srv/pxe/pxelinux.cfg/default"] =
      "label a\nkernel ::/x/k\nappend initrd=i,http://other/j\nlabel b\nkernel 10.0.0.1::k\nlabel c\nkernel "
      "\\boot\\..\\..\\k\n";
  const auto source = read_syslinux({"http://srv", "/pxe/pxelinux.cfg/default"}, reader);
  REQUIRE(source.entries.size() == 3);
  CHECK(source.entries[0].kernel->str() == "http://srv/x/k");
  REQUIRE(source.entries[0].initrds.size() == 2);
  CHECK(source.entries[0].initrds[0].str() == "http://srv/pxe/i");
  CHECK(source.entries[0].initrds[1].str() == "http://other/j");
  CHECK(source.entries[1].kernel->str() == "tftp://10.0.0.1/k");
  CHECK(source.entries[2].kernel->str() == "http://srv/k");
}

TEST_CASE("syslinux: unknown lines are told, and what is for the screen is not") {
  const auto source = read(
      "\xef\xbb\xbfSERIAL 0 115200\r\nF1 help.txt\r\nMENU COLOR border 30;44\r\nfoo bar\r\nLABEL a\r\nKERNEL "
      "k\r\n");
  REQUIRE(source.entries.size() == 1);
  CHECK(source.entries[0].kernel->path == "/k");
  REQUIRE(source.diagnostics.size() == 1);
  CHECK(source.diagnostics[0].str() == "sda1:/syslinux.cfg:4: unknown command \"FOO\"");
}

TEST_CASE("syslinux: overlays of a device tree are reported, and their label stays") {
  const auto source = read(
      "label a\nlinux k\nfdt board.dtb\nfdtoverlays one.dtbo two.dtbo\nlabel b\nlinux k\n"
      "devicetree-overlay x.dtbo\n");
  CHECK(titles(source) == std::vector<std::string>{"a", "b"});
  CHECK(source.entries[0].devicetree->path == "/board.dtb");
  REQUIRE(source.diagnostics.size() == 2);
  CHECK(source.diagnostics[0].str() ==
        "sda1:/syslinux.cfg:4: FDTOVERLAYS: kboot applies no overlays, the kernel starts without them");
  CHECK(source.diagnostics[1].line == 7);
}

TEST_CASE("syslinux: without labels DEFAULT is a kernel") {
  const auto source = read("default vmlinuz quiet\nappend initrd=i root=/dev/sda1\n");
  REQUIRE(source.entries.size() == 1);
  CHECK(source.entries[0].kernel->str() == "sda1:/vmlinuz");
  CHECK(source.entries[0].cmdline == "quiet root=/dev/sda1");
  CHECK(source.default_entry == 0);
}

TEST_CASE("syslinux: a configuration on a disk leads to no server") {
  const auto source =
      read("include http://srv/x.cfg\nlabel a\nkernel http://srv/k\nlabel b\nkernel k\ninitrd srv::i\n");
  REQUIRE(source.entries.size() == 2);
  CHECK(source.entries[0].kind == Kind::unbootable);
  CHECK(source.entries[0].why == "http://srv/k is on a server, and the configuration on a disk");
  CHECK(source.entries[1].kind == Kind::unbootable);
  REQUIRE(source.diagnostics.size() == 1);
  CHECK(source.diagnostics[0].str() == "sda1:/syslinux.cfg:1: http://srv/x.cfg: not read, it is on a server");
}
