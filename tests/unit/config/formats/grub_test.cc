#include "config/formats/grub.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_source_reader.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)
using Kind = SourceEntry::Kind;

namespace {

const FilePlace kFile{"sda2", "/boot/grub/grub.cfg"};

FakeSourceReader machine() {
  FakeSourceReader reader;
  reader.known = {{.name = "sda1",
                   .uuid = "1234-ABCD",
                   .label = "ESP",
                   .partuuid = "aaaaaaaa-0000-0000-0000-000000000001",
                   .type = "vfat",
                   .disk = "sda",
                   .partition = 1},
                  {.name = "sda2",
                   .uuid = "bbbb-2222",
                   .label = "root",
                   .partuuid = "aaaaaaaa-0000-0000-0000-000000000002",
                   .type = "ext4",
                   .disk = "sda",
                   .partition = 2},
                  {.name = "sdb1",
                   .uuid = "cccc-3333",
                   .label = "data",
                   .partuuid = "12345678-01",
                   .type = "ext4",
                   .disk = "sdb",
                   .partition = 1,
                   .fixed = false},
                  {.name = "vg/root", .uuid = "dddd-4444", .type = "ext4"}};
  return reader;
}

BootSource read(FakeSourceReader& reader, const std::string& text) {
  reader.files[kFile.str()] = text;
  return read_grub(kFile, reader);
}

BootSource read(const std::string& text) {
  FakeSourceReader reader = machine();
  return read(reader, text);
}

/// The command line of the one entry with these commands.
std::string cmdline(const std::string& commands) {
  const BootSource source = read("menuentry x {\n" + commands + "\n}\n");
  REQUIRE(source.entries.size() == 1);
  return source.entries[0].cmdline;
}

std::vector<std::string> titles(const BootSource& source) {
  std::vector<std::string> result;
  for (const SourceEntry& entry : source.entries) {
    std::string title;
    for (const std::string& menu : entry.submenu) title += menu + " > ";
    result.push_back(title + entry.title);
  }
  return result;
}
using Titles = std::vector<std::string>;

std::string entry(const std::string& title) {
  return "menuentry '" + title + "' {\n linux /k\n}\n";
}

/// Whether a condition holds.
bool holds(FakeSourceReader& reader, const std::string& condition) {
  return !read(reader, "if " + condition + "; then\n" + entry("yes") + "fi\n").entries.empty();
}

std::vector<std::string> messages(const BootSource& source) {
  std::vector<std::string> result;
  for (const Diagnostic& diagnostic : source.diagnostics) result.push_back(diagnostic.str());
  return result;
}

}  // namespace

TEST_CASE("grub: a menu in the form of Debian's") {
  FakeSourceReader reader = machine();
  const BootSource source = read(reader, R"(
### BEGIN /etc/grub.d/00_header ###
if [ -s $prefix/grubenv ]; then
  set have_grubenv=true
  load_env
fi
if [ "${next_entry}" ] ; then
   set default="${next_entry}"
   set next_entry=
   save_env next_entry
   set boot_once=true
else
   set default="0"
fi
if [ x"${feature_menuentry_id}" = xy ]; then
  menuentry_id_option="--id"
else
  menuentry_id_option=""
fi
export menuentry_id_option
function savedefault {
  if [ -z "${boot_once}" ]; then
    saved_entry="${chosen}"
    save_env saved_entry
  fi
}
function load_video {
  if [ x$feature_all_video_module = xy ]; then
    insmod all_video
  else
    insmod efi_gop
  fi
}
if loadfont unicode ; then
  set gfxmode=auto
  load_video
  insmod gfxterm
  set locale_dir=$prefix/locale
  set lang=en_US
fi
terminal_output gfxterm
if [ "${recordfail}" = 1 ] ; then
  set timeout=30
else
  if [ x$feature_timeout_style = xy ] ; then
    set timeout_style=menu
    set timeout=5
  else
    set timeout=5
  fi
fi
set menu_color_normal=cyan/blue
function gfxmode {
	set gfxpayload="${1}"
}
set linux_gfx_mode=
export linux_gfx_mode
menuentry 'Debian GNU/Linux' --class debian --class gnu-linux --class os $menuentry_id_option 'gnulinux-simple-bbbb' {
	load_video
	insmod gzio
	if [ x$grub_platform = xxen ]; then insmod xzio; insmod lzopio; fi
	insmod part_gpt
	search --no-floppy --fs-uuid --set=root --hint-bios=hd0,gpt1 bbbb-2222
	echo	'Loading Linux 6.1.0-1-amd64 ...'
	linux	/boot/vmlinuz-6.1.0-1-amd64 root=UUID=bbbb-2222 ro  quiet
	echo	'Loading initial ramdisk ...'
	initrd	/boot/initrd.img-6.1.0-1-amd64
}
submenu 'Advanced options for Debian GNU/Linux' $menuentry_id_option 'gnulinux-advanced-bbbb' {
	menuentry 'Debian GNU/Linux, with Linux 6.1.0-1-amd64 (recovery mode)' --class debian $menuentry_id_option 'gnulinux-6.1.0-1-amd64-recovery-bbbb' {
		gfxmode $linux_gfx_mode
		linux	/boot/vmlinuz-6.1.0-1-amd64 root=UUID=bbbb-2222 ro single
		initrd	/boot/initrd.img-6.1.0-1-amd64
	}
}
menuentry 'UEFI Firmware Settings' $menuentry_id_option 'uefi-firmware' {
	fwsetup
}
if [ -f  ${config_directory}/custom.cfg ]; then
  source ${config_directory}/custom.cfg
elif [ -z "${config_directory}" -a -f  $prefix/custom.cfg ]; then
  source $prefix/custom.cfg
fi
)");
  CHECK(messages(source) == std::vector<std::string>{});
  REQUIRE(source.entries.size() == 2);
  const SourceEntry& first = source.entries[0];
  CHECK(first.title == "Debian GNU/Linux");
  CHECK(first.name == "gnulinux-simple-bbbb");
  CHECK(first.line == 58);
  CHECK(first.kernel->str() == "sda2:/boot/vmlinuz-6.1.0-1-amd64");
  REQUIRE(first.initrds.size() == 1);
  CHECK(first.initrds[0].str() == "sda2:/boot/initrd.img-6.1.0-1-amd64");
  CHECK(first.cmdline == "root=UUID=bbbb-2222 ro quiet");
  CHECK(source.entries[1].submenu == Titles{"Advanced options for Debian GNU/Linux"});
  CHECK(source.entries[1].name == "gnulinux-6.1.0-1-amd64-recovery-bbbb");
  CHECK(source.default_entry == 0);
  CHECK(source.timeout == 5);
}

TEST_CASE("grub: words, quotes and variables") {
  CHECK(cmdline("set a=1; linux /k $a ${a}2 x$a") == "1 12 x1");
  CHECK(cmdline("set a='1 2'; linux /k $a \"$a\" '$a'") == "1 2 \"1 2\" $a");
  CHECK(cmdline("set a=; linux /k x $a \"$a\" y") == "x  y");
  CHECK(cmdline("set x=a b; linux /k $x") == "a");
  CHECK(cmdline("x=5; linux /k $x") == "5");
  CHECK(cmdline("linux /k a\\ b c\\$d e\\x20f") == "\"a b\" c$d e\\x20f");
  CHECK(cmdline("linux /k \"a \\\"b\\\" \\$c \\d\"") == "\"a \\\"b\\\" $c \\\\d\"");
  CHECK(cmdline("linux /k a#b # comment") == "a#b");
  CHECK(cmdline("linux /k a \\\n  b") == "a b");
  CHECK(cmdline("linux /k 'two\nlines'") == "two\nlines");
  CHECK(cmdline("linux /k a'b c'\"d\"e") == "\"ab cde\"");
  CHECK(cmdline("linux /k it\\'s") == "it\\'s");
  CHECK(cmdline("linux /k $") == "$");
  CHECK(cmdline("linux /k $undefined ok") == "ok");
  CHECK(cmdline("true; linux /k $?; false") == "0");
}

TEST_CASE("grub: an entry's own arguments, and the variables of the end of the file") {
  const BootSource source = read(
      "set v=early\n"
      "menuentry 'A b' one --id i two { linux /k $1 $2 $3 $4 $# $v \"$@\"; }\n"
      "set v=late\n");
  REQUIRE(source.entries.size() == 1);
  CHECK(source.entries[0].cmdline == "A b one two 3 late \"A b\" one two");
  CHECK(source.entries[0].name == "i");
}

TEST_CASE("grub: functions, their arguments, return and shift") {
  CHECK(cmdline("function f { a=$1; shift; b=$1; return 1; a=no; }\nf x y\nlinux /k $a $b $?") == "x y 1");
  CHECK(cmdline("function f {\n if true; then\n return\n fi\n a=no\n}\nf; linux /k $a") == "");
  CHECK(cmdline("if true; then function f { a=yes; }; fi; f; linux /k $a") == "yes");
  CHECK(cmdline("setparams p q; linux /k $2 $1") == "q p");
  CHECK(cmdline("eval 'a=1; b=2'; linux /k $a$b") == "12");
}

TEST_CASE("grub: loops") {
  CHECK(cmdline("for i in a b c; do x=$x$i; done; linux /k $x") == "abc");
  CHECK(cmdline("for i in a b c\ndo\n if [ $i = b ]; then continue; fi\n x=$x$i\ndone\nlinux /k $x") == "ac");
  CHECK(cmdline("for i in a b c; do if [ $i = b ]; then break; fi; x=$x$i; done; linux /k $x") == "a");
  CHECK(cmdline("for i in a b; do for j in 1 2; do x=$x$i$j; break 2; done; done; linux /k $x") == "a1");
  CHECK(cmdline("while [ \"$x\" != aaa ]; do x=a$x; done; linux /k $x") == "aaa");
  CHECK(cmdline("until [ \"$x\" = aa ]; do x=a$x; done; linux /k $x") == "aa");
}

TEST_CASE("grub: test") {
  FakeSourceReader reader = machine();
  reader.files["sda2:/boot/x"] = "1";
  reader.files["sda2:/empty"] = "";
  for (const char* good : {"[ ]",
                           "[ a ]",
                           "[ -f /boot/x ]",
                           "[ -e /boot ]",
                           "[ -d /boot ]",
                           "[ -s /boot/x ]",
                           "[ a = a ]",
                           "[ a == a ]",
                           "[ a != b ]",
                           "[ a '<' b ]",
                           "[ b '>=' a ]",
                           "[ 2 -lt 10 ]",
                           "[ 3 -ge 3 ]",
                           "[ -z '' ]",
                           "[ -n x ]",
                           "[ ! -f /none ]",
                           "[ a = b -o c = c ]",
                           "[ ( a = b -o c = c ) -a d = d ]",
                           "test 007 -eq 7",
                           "[ v10 -pgt v9 ]",
                           "[ a = a -a ! b = c ]",
                           "[ -f (hd0,gpt2)/boot/x ]",
                           "[ -f ($root)/boot/x ]",
                           "[ -f boot/x ]",
                           "! false",
                           "[ -f ]",
                           "[ -3 -lt 2 ]",
                           "regexp '^a.c$' abc",
                           "[ -e (hd0,2)/empty ]"})
    CHECK((std::string(good) + (holds(reader, good) ? "" : " is false")) == good);
  for (const char* bad :
       {"[ '' ]", "[ -f /boot ]", "[ -d /boot/x ]", "[ -s /boot ]", "[ -s /empty ]", "[ a = b ]",
        "[ 10 -lt 9 ]", "[ -n '' ]", "[ a = a -a b = c ]", "[ ! a ]", "[ -f (hd5,1)/boot/x ]", "! true",
        "unknown_command", "[ a -nt b ]", "regexp 'a{3}' aa", "[ -e /none ]"})
    CHECK((std::string(bad) + (holds(reader, bad) ? " is true" : "")) == bad);
}

TEST_CASE("grub: if, elif and else") {
  CHECK(cmdline("if false; then x=1; elif true; then x=2; else x=3; fi; linux /k $x") == "2");
  CHECK(cmdline("if false; then x=1; elif false; then x=2; else x=3; fi; linux /k $x") == "3");
  CHECK(cmdline("if false\nthen\nx=1\nfi\nlinux /k 4$x") == "4");
}

TEST_CASE("grub: devices and paths") {
  const auto kernel = [](const std::string& path) {
    const BootSource source = read("menuentry x { linux " + path + "; }");
    REQUIRE(source.entries.size() == 1);
    return source.entries[0].kernel ? source.entries[0].kernel->str() : source.entries[0].why;
  };
  CHECK(kernel("(hd0,gpt1)/k") == "sda1:/k");
  CHECK(kernel("(hd0,1)/k") == "sda1:/k");
  CHECK(kernel("(hd0,msdos2)/k") == "sda2:/k");
  CHECK(kernel("(hd1,msdos1)/k") == "sdb1:/k");
  CHECK(kernel("(hd0)/k") == "sda:/k");
  CHECK(kernel("($root)/k") == "sda2:/k");
  CHECK(kernel("k") == "sda2:/k");
  CHECK(kernel("/a//b/../k") == "sda2:/a/k");
  CHECK(kernel("/../../k") == "sda2:/k");
  CHECK(kernel("(lvm/vg-root)/k") == "vg/root:/k");
  CHECK(kernel("(lvm/my--vg-a)/k") == "my-vg/a:/k");
  CHECK(kernel("(md/0)/k") == "md0:/k");
  CHECK(kernel("$prefix/k") == "sda2:/boot/grub/k");
  CHECK(kernel("(hd7,1)/k") == "no device (hd7,1) on this machine");
}

TEST_CASE("grub: search") {
  FakeSourceReader reader = machine();
  reader.files["sdb1:/marker"] = "";
  reader.files["sdb1:/k"] = "";
  const auto kernel = [&](const std::string& commands) {
    const BootSource source = read(reader, "menuentry x {\n" + commands + "\nlinux /k\n}");
    REQUIRE(source.entries.size() == 1);
    return source.entries[0].kernel->str();
  };
  CHECK(kernel("search --no-floppy --fs-uuid --set=root --hint-bios=hd0,gpt1 CCCC-3333") == "sdb1:/k");
  CHECK(kernel("search --no-floppy --fs-uuid --set cccc-3333") == "sdb1:/k");
  CHECK(kernel("search -n -u -s root cccc-3333") == "sdb1:/k");
  CHECK(kernel("search --set=root --label data") == "sdb1:/k");
  CHECK(kernel("search --set=root -l data --hint='hd0,msdos1'") == "sdb1:/k");
  CHECK(kernel("search --file --set=root /marker") == "sdb1:/k");
  CHECK(kernel("search -f -s root /marker") == "sdb1:/k");
  CHECK(kernel("search --no-floppy --file /marker --set esp; set root=$esp") == "sdb1:/k");
  CHECK(kernel("search --label data --set boot --no-floppy; set root=$boot") == "sdb1:/k");
  CHECK(kernel("search --set root --fs-uuid cccc-3333") == "sdb1:/k");
  CHECK(kernel("search cccc-3333 --set") == "sdb1:/k");
  CHECK(kernel("search.fs_uuid cccc-3333 root hd0,gpt1") == "sdb1:/k");
  CHECK(kernel("search.fs_label data root") == "sdb1:/k");
  CHECK(kernel("search.file /marker root") == "sdb1:/k");
  CHECK(kernel("search --set=dev --label data; set root=($dev)") == "sdb1:/k");
  CHECK(kernel("search --set=dev --label data") == "sda2:/k");

  const BootSource gone = read(reader, "menuentry x {\nsearch --set=root ffff-0000\nlinux /k a\n}\n");
  REQUIRE(gone.entries.size() == 1);
  CHECK(gone.entries[0].kind == Kind::unbootable);
  CHECK(gone.entries[0].why == "no file system with the UUID ffff-0000 on this machine");
  CHECK(gone.entries[0].cmdline == "a");
  CHECK(messages(gone) == std::vector<std::string>{"sda2:/boot/grub/grub.cfg:2: no file system with the UUID "
                                                   "ffff-0000 on this machine"});
}

TEST_CASE("grub: probe and regexp set variables") {
  CHECK(cmdline("probe --set=u --fs-uuid $root; linux /k $u") == "bbbb-2222");
  CHECK(cmdline("probe -s u -l ($root); linux /k $u") == "root");
  CHECK(cmdline("probe --set u --part-uuid (hd0,gpt1); linux /k $u") ==
        "aaaaaaaa-0000-0000-0000-000000000001");
  CHECK(cmdline("probe --set=u --fs (hd0,gpt2); linux /k $u") == "ext2");
  CHECK(cmdline("regexp --set=1:a --set=2:b '(.*)-([0-9]+)' vm-12; linux /k $a $b") == "vm 12");
  CHECK(cmdline("regexp --set d '^\\((.*)\\)/' $prefix/; linux /k $d") == "hd0,gpt2");
  CHECK(cmdline("regexp '((a{200}){200}){200}' aaa; linux /k $?") == "1");
}

TEST_CASE("grub: kernels, initrds, device trees, multiboot") {
  const BootSource source = read(R"(
menuentry a { linuxefi /k a; initrdefi /u.img /i.img $tuned_initrd; devicetree /x.dtb }
menuentry b { linux16 /m; }
menuentry c { multiboot2 /xen.gz placeholder ${xen_rm_opts}
 module2 /vmlinuz placeholder root=/dev/sda1 'a b'
 module2 --nounzip /initrd }
menuentry d { linux /old x; initrd /old; linux /new; }
menuentry s { steamenv_boot linux /s quiet
 time initrd /s.img }
menuentry e { initrd /i; }
menuentry f { module /i }
)");
  REQUIRE(source.entries.size() == 6);
  CHECK(source.entries[0].initrds == std::vector<FilePlace>{{"sda2", "/u.img"}, {"sda2", "/i.img"}});
  CHECK(source.entries[0].devicetree == FilePlace{"sda2", "/x.dtb"});
  CHECK(source.entries[2].kind == Kind::multiboot);
  CHECK(source.entries[2].cmdline == "placeholder");
  REQUIRE(source.entries[2].modules.size() == 2);
  CHECK(source.entries[2].modules[0].cmdline == "placeholder root=/dev/sda1 \"a b\"");
  CHECK(source.entries[2].modules[1].file.path == "/initrd");
  CHECK(source.entries[3].kernel->path == "/new");
  CHECK(source.entries[3].initrds.empty());
  CHECK(source.entries[4].cmdline == "quiet");
  CHECK(source.entries[4].initrds.at(0).path == "/s.img");
  CHECK(source.entries[5].why == "module without a kernel");
  CHECK(messages(source) == std::vector<std::string>{"sda2:/boot/grub/grub.cfg:10: \"e\" starts nothing"});
}

TEST_CASE("grub: other systems, and entries that start none") {
  const BootSource source = read(R"(
menuentry 'Windows' { search --set=root 1234-ABCD; chainloader /EFI/Microsoft/Boot/bootmgfw.efi }
menuentry 'Image' { chainloader (hd0,gpt1)/EFI/Linux/x.efi }
menuentry 'Other' { chainloader (hd0,gpt1)/EFI/fedora/shimx64.efi }
menuentry 'Sector' { set root=(hd0,1); chainloader +1 }
menuentry 'NT' { ntldr /bootmgr }
menuentry 'Off' { halt }
menuentry 'Again' { reboot }
menuentry 'Setup' { fwsetup }
menuentry 'Leave' { exit }
hiddenentry 'Hidden' --hotkey=x { linux /k }
)" + entry("last") + "set default=9\n");
  CHECK(titles(source) == Titles{"Windows", "Image", "Other", "Sector", "NT", "last"});
  CHECK(source.entries[0].kind == Kind::firmware);
  CHECK(source.entries[0].kernel->str() == "sda1:/EFI/Microsoft/Boot/bootmgfw.efi");
  CHECK(source.entries[1].kind == Kind::uki);
  CHECK(source.entries[2].why ==
        "/EFI/fedora/shimx64.efi is a program of EFI: only the firmware can start it");
  CHECK(source.entries[3].why == "a boot sector of another system: only the firmware can start it");
  CHECK(source.entries[4].kind == Kind::unbootable);
  CHECK(source.default_entry == 5);  // 9 counts what is dropped, not what is hidden
  CHECK(source.diagnostics.empty());
}

TEST_CASE("grub: the default") {
  const std::string menu = entry("a") + "submenu 'More' --id more {\n" + entry("b") +
                           "menuentry 'c' --id cc { linux /k }\n}\n" + "menuentry d --id dd { linux /k }\n";
  const auto chosen = [&](const std::string& before) {
    const BootSource source = read(before + "\n" + menu);
    REQUIRE(source.entries.size() == 4);
    return source.default_entry ? source.entries[*source.default_entry].title : "none";
  };
  CHECK(chosen("") == "a");
  CHECK(chosen("set default=2") == "d");
  CHECK(chosen("set default=1") == "b");
  CHECK(chosen("set default='1>1'") == "c");
  CHECK(chosen("set default='More>c'") == "c");
  CHECK(chosen("set default='more>cc'") == "c");
  CHECK(chosen("set default=dd") == "d");
  CHECK(chosen("set default=d") == "d");
  CHECK(chosen("set default=gone") == "a");
  CHECK(chosen("set default=9") == "a");
  CHECK(chosen("set default=saved; set saved_entry=d") == "d");
  CHECK(chosen("set default=\"${saved_entry}\"") == "a");
}

TEST_CASE("grub: the fallback counts when the default cannot be started") {
  FakeSourceReader reader = machine();
  reader.files["sda2:/k2"] = "";
  const BootSource source = read(reader,
                                 "default=0\nfallback='1 2'\nmenuentry a { chainloader +1 }\n"
                                 "menuentry b { linux /k }\nmenuentry c { linux /k2 }\n");
  CHECK(source.default_entry == 2);
}

TEST_CASE("grub: grubenv") {
  const std::string header = "# GRUB Environment Block\n";
  const std::string script =
      "load_env\nif [ \"${next_entry}\" ]; then set default=\"${next_entry}\"; else set "
      "default=\"${saved_entry}\"; fi\n" +
      entry("a") + entry("b") + entry("c");
  FakeSourceReader reader = machine();
  reader.files["sda2:/boot/grub/grubenv"] = header + "saved_entry=b\n####";
  CHECK(read(reader, script).default_entry == 1);
  reader.files["sda2:/boot/grub/grubenv"] = header + "saved_entry=b\nnext_entry=c\n####";
  const BootSource next = read(reader, script);
  CHECK(next.default_entry == 1);
  CHECK(messages(next) ==
        std::vector<std::string>{"sda2:/boot/grub/grub.cfg:1: next_entry \"c\" does not count: "
                                 "kboot cannot take it back"});
  reader.files["sda2:/boot/grub/grubenv"] = header + "saved_entry=c\nprev_saved_entry=b\n####";
  CHECK(read(reader, script).default_entry == 1);
  reader.files["sda2:/x"] = header + "a=1\nb=2\n";
  const BootSource some =
      read(reader, "load_env --file /x a\nload_env -f /none\nmenuentry x { linux /k $a $b; }");
  CHECK(some.entries.at(0).cmdline == "1");
}

TEST_CASE("grub: timeout") {
  CHECK(read("set timeout=7").timeout == 7);
  CHECK(read("set timeout=0").timeout == 0);
  CHECK(!read("set timeout=-1").timeout);
  CHECK(!read("").timeout);
  CHECK(!read("set timeout=soon").timeout);
}

TEST_CASE("grub: sub-menus see exported variables alone, and keep their failures to themselves") {
  const BootSource source = read(
      "a=1; b=2; export b\n"
      "submenu S { menuentry x { linux /k a$a b$b } }\n"
      "submenu T { while true; do true; done\n" +
      entry("lost") + "}\nsubmenu U { if [ a; then fi; }; foo }\n" + entry("last"));
  CHECK(titles(source) == Titles{"S > x", "last"});
  CHECK(source.entries[0].cmdline == "a b2");
}

TEST_CASE("grub: source, configfile and an ESP that only leads on") {
  FakeSourceReader reader = machine();
  reader.files["sda2:/boot/grub/more.cfg"] = "x=$x+; return\n" + entry("never");
  reader.files["sda1:/EFI/debian/grub.cfg"] =
      "search.fs_uuid bbbb-2222 root hd0,gpt2\nset prefix=($root)'/boot/grub'\nconfigfile $prefix/grub.cfg\n";
  reader.files["sda2:/boot/grub/grub.cfg"] =
      "set timeout=3; set default=1; source $prefix/more.cfg; . $config_directory/more.cfg\n" + entry("a") +
      "menuentry b { linux /k $x $config_file; }\nmenuentry Back { configfile (hd0,1)/EFI/debian/grub.cfg }\n"
      "menuentry Other { configfile /boot/other.cfg }\n";
  reader.files["sda2:/boot/other.cfg"] = entry("o") + "menuentry Back { configfile /boot/other.cfg }";
  const BootSource source = read_grub({"sda1", "/EFI/debian/grub.cfg"}, reader);
  CHECK(messages(source) == std::vector<std::string>{});
  CHECK(titles(source) == Titles{"a", "b", "Other > o"});
  CHECK(source.file.str() == "sda1:/EFI/debian/grub.cfg");
  CHECK(source.entries[0].file.str() == "sda2:/boot/grub/grub.cfg");
  CHECK(source.entries[0].kernel->str() == "sda2:/k");
  CHECK(source.entries[1].cmdline == "++ (hd0,gpt2)/boot/grub/grub.cfg");
  CHECK(source.default_entry == 1);
  CHECK(source.timeout == 3);
  CHECK(grub_variables({"sda1", "/EFI/debian/grub.cfg"}, reader).at("x") == "++");
}

TEST_CASE("grub: an ISO file by loopback") {
  FakeSourceReader reader = machine();
  reader.files["sda2:/iso/a.iso"] = "";
  reader.files["sda2:/iso/b.iso"] = "";
  const BootSource source = read(reader, R"(
for iso in /iso/*.iso; do
  menuentry "Live $iso" "$iso" {
    iso_path="$2"
    loopback loop $iso_path
    linux (loop)/casper/vmlinuz boot=casper iso-scan/filename=$iso_path ---
    initrd (loop)/casper/initrd
  }
done
menuentry Gone { loopback loop /none.iso; linux (loop)/vmlinuz; }
)");
  REQUIRE(source.entries.size() == 3);
  CHECK(source.entries[1].kernel->str() == "sda2:/iso/b.iso:/casper/vmlinuz");
  CHECK(source.entries[1].cmdline == "boot=casper iso-scan/filename=/iso/b.iso ---");
  CHECK(source.entries[2].kind == Kind::unbootable);
  CHECK(source.entries[2].why == "sda2:/none.iso: no such file");
}

TEST_CASE("grub: the menus of ISO files, each with its own image behind (loop)") {
  FakeSourceReader reader = machine();
  for (const std::string iso : {"a", "b"}) {
    reader.files["sda2:/" + iso + ".iso"] = "";
    reader.files["sda2:/" + iso + ".iso:/boot/grub/loopback.cfg"] =
        "menuentry 'Try " + iso + "' { linux /casper/vmlinuz iso-scan/filename=${iso_path}; }";
  }
  const BootSource source = read(reader, R"(
function iso_boot {
  iso_path="$1"; export iso_path
  loopback loop "$iso_path"; root=(loop); configfile /boot/grub/loopback.cfg; loopback --delete loop
}
menuentry "A" { iso_boot /a.iso }
menuentry "B" { iso_boot /b.iso }
)");
  CHECK(titles(source) == Titles{"A > Try a", "B > Try b"});
  CHECK(source.entries.at(0).kernel->str() == "sda2:/a.iso:/casper/vmlinuz");
  CHECK(source.entries.at(1).kernel->str() == "sda2:/b.iso:/casper/vmlinuz");
  CHECK(source.entries.at(1).cmdline == "iso-scan/filename=/b.iso");
  CHECK(messages(source) == std::vector<std::string>{});
}

TEST_CASE("grub: CoreOS finds its entries by the boot file system's label") {
  FakeSourceReader reader = machine();
  reader.known[1].label = "boot";
  reader.files["sda1:/EFI/fedora/grub.cfg"] = R"(
if [ -e (md/md-boot) ]; then
  set prefix=md/md-boot
else
  if [ -f ${config_directory}/bootuuid.cfg ]; then source ${config_directory}/bootuuid.cfg; fi
  if [ -n "${BOOT_UUID}" ]; then
    search --fs-uuid "${BOOT_UUID}" --set prefix --no-floppy
  else
    search --label boot --set prefix --no-floppy
  fi
fi
set prefix=($prefix)/grub2
configfile $prefix/grub.cfg
)";
  reader.files["sda2:/grub2/grub.cfg"] = R"(
search --label boot --set boot --no-floppy
set root=$boot
set timeout=1
set ignition_firstboot=""
if [ -f "/ignition.firstboot" ]; then
  set ignition_network_kcmdline=''
  source "/ignition.firstboot"
  set ignition_firstboot="ignition.firstboot ${ignition_network_kcmdline}"
fi
blscfg
)";
  reader.files["sda2:/ignition.firstboot"] = "set ignition_network_kcmdline='rd.neednet=1'\n";
  reader.files["sda2:/loader/entries/ostree-1.conf"] =
      "title Fedora CoreOS 38 (ostree:0)\nversion 1\noptions $ignition_firstboot ostree=/ostree/x rw\n"
      "linux /ostree/fcos/vmlinuz\ninitrd /ostree/fcos/initramfs.img\n";
  const BootSource source = read_grub({"sda1", "/EFI/fedora/grub.cfg"}, reader);
  CHECK(messages(source) == std::vector<std::string>{});
  REQUIRE(source.entries.size() == 1);
  CHECK(source.entries[0].kernel->str() == "sda2:/ostree/fcos/vmlinuz");
  CHECK(source.entries[0].cmdline == "ignition.firstboot rd.neednet=1 ostree=/ostree/x rw");
  CHECK(source.timeout == 1);
  CHECK(source.default_entry == 0);
}

TEST_CASE("grub: blscfg, as Fedora has it") {
  FakeSourceReader reader = machine();
  reader.files["sda2:/loader/entries/abc-6.5.conf"] =
      "title Fedora Linux (6.5)\nversion 6.5\nlinux /vmlinuz-6.5\ninitrd /initramfs-6.5.img $tuned_initrd\n"
      "options root=UUID=x ro $kernelopts\n";
  reader.files["sda2:/loader/entries/abc-6.6.conf"] =
      "title Fedora Linux (6.6)\nversion 6.6\nlinux /vmlinuz-6.6\noptions ro\n";
  const BootSource source =
      read(reader, "set kernelopts=quiet\nset default=abc-6.5\ninsmod blscfg\nblscfg\n" + entry("other"));
  CHECK(titles(source) == Titles{"Fedora Linux (6.6)", "Fedora Linux (6.5)", "other"});
  CHECK(source.entries[1].cmdline == "root=UUID=x ro quiet");
  CHECK(source.entries[1].file.str() == "sda2:/loader/entries/abc-6.5.conf");
  CHECK(source.default_entry == 1);
}

TEST_CASE("grub: openSUSE's snapshots") {
  FakeSourceReader reader = machine();
  reader.known[1].type = "btrfs";
  for (const std::string number : {"1", "2"})
    reader.files["sda2:/.snapshots/" + number + "/snapshot/boot/grub2/grub.cfg"] =
        "menuentry 'openSUSE' { linux /boot/vmlinuz $extra_cmd; }\n"
        "if [ -n \"$snapshot_num\" ]; then submenu \"Bootable snapshot #$snapshot_num\" {\n"
        "menuentry \"If OK, run 'snapper rollback' and reboot.\" { true }\n} fi\n";
  const BootSource source =
      read(reader, "set btrfs_relative_path=\"yes\"\nexport btrfs_relative_path\n" + entry("openSUSE") +
                       "submenu 'Start bootloader from a read-only snapshot' {\n"
                       "for n in 2 1; do menuentry \"Snapshot $n\" /.snapshots/$n/snapshot $n {\n"
                       "btrfs_subvol=\"$2\"\nsnapshot_num=$3\nexport btrfs_subvol snapshot_num\n"
                       "configfile \"$2/boot/grub2/grub.cfg\"\n}\ndone\n}\n");
  REQUIRE(source.entries.size() == 3);
  CHECK(source.entries[1].submenu == Titles{"Start bootloader from a read-only snapshot", "Snapshot 2"});
  CHECK(source.entries[1].kernel->str() == "sda2:/.snapshots/2/snapshot/boot/vmlinuz");
}

TEST_CASE("grub: a configuration of a server stays on servers") {
  FakeSourceReader reader;
  const FilePlace file{"http://boot", "/grub/grub.cfg"};
  reader.files[file.str()] =
      "menuentry a { linux /k; initrd (http,other)/i; }\nmenuentry b { linux (hd0,1)/k; }\n"
      "menuentry c { linux $prefix/k; }\n";
  const BootSource source = read_grub(file, reader);
  REQUIRE(source.entries.size() == 3);
  CHECK(source.entries[0].kernel->str() == "http://boot/k");
  CHECK(source.entries[0].initrds.at(0).str() == "http://other/i");
  CHECK(source.entries[1].kind == Kind::unbootable);
  CHECK(source.entries[2].kernel->str() == "http://boot/grub/k");
  CHECK(read("menuentry a { linux (http,x)/k; }").entries.at(0).kind == Kind::unbootable);
}

TEST_CASE("grub: a kernel on an encrypted device is locked") {
  FakeSourceReader reader = machine();
  reader.known.push_back({.name = "sda3",
                          .uuid = "12345678-aaaa-bbbb-cccc-1234567890ab",
                          .type = "crypto_LUKS",
                          .disk = "sda",
                          .partition = 3});
  const BootSource source =
      read(reader, "menuentry a { linux (cryptouuid/12345678aaaabbbbcccc1234567890ab)/k ro; }");
  REQUIRE(source.entries.size() == 1);
  CHECK(source.entries[0].kind == Kind::locked);
  CHECK(source.entries[0].why == "sda3 is encrypted");
  reader.known.push_back({.name = "mapper/luks-12345678-aaaa-bbbb-cccc-1234567890ab", .type = "ext4"});
  CHECK(read(reader, reader.files[kFile.str()]).entries.at(0).kernel->device ==
        "mapper/luks-12345678-aaaa-bbbb-cccc-1234567890ab");
}

TEST_CASE("grub: a folder as the place") {
  FakeSourceReader reader = machine();
  const FilePlace file{"/mnt/disk", "/boot/grub/grub.cfg"};
  reader.files["/mnt/disk/k"] = "";
  reader.files[file.str()] = "if [ -f ($root)/k ]; then menuentry a { linux /k; initrd $prefix/i }; fi";
  const BootSource source = read_grub(file, reader);
  REQUIRE(source.entries.size() == 1);
  CHECK(source.entries[0].kernel->str() == "/mnt/disk/k");
  CHECK(source.entries[0].initrds.at(0).str() == "/mnt/disk/boot/grub/i");
}

TEST_CASE("grub: a script that starts a kernel without a menu") {
  const BootSource source = read("linux /vmlinuz ro\ninitrd /i\nboot\n");
  REQUIRE(source.entries.size() == 1);
  CHECK(source.entries[0].title == "vmlinuz");
  CHECK(source.default_entry == 0);
}

TEST_CASE("grub: a syntax error costs its line or block") {
  CHECK(titles(read("foo | bar\n" + entry("a"))) == Titles{"a"});
  CHECK(titles(read(entry("a") + "}\n" + entry("b"))) == Titles{"a", "b"});
  CHECK(titles(read("fi\n" + entry("a") + "done\n" + entry("b"))) == Titles{"a", "b"});
  CHECK(titles(read("if true; then\n" + entry("a"))) == Titles{"a"});
  CHECK(titles(read("if false; then\n" + entry("a"))) == Titles{"a"});
  CHECK(titles(read("while true\n" + entry("a"))) == Titles{"a"});
  CHECK(titles(read("menuentry 'Bob's own' {\n linux /x\n}\n" + entry("b"))) == Titles{"b"});
  CHECK(titles(read("menuentry 'a {\n linux /x\n}\n" + entry("b") + entry("c"))) == Titles{"b", "c"});
  CHECK(titles(read("menuentry a {\n linux /x\n" + entry("b") + entry("c"))) == Titles{"a", "b", "c"});
  CHECK(titles(read("menuentry a {\n if true; then linux /x\n}\n" + entry("b"))) == Titles{"a", "b"});
  CHECK(titles(read("submenu s {\n" + entry("a") + entry("b"))) == Titles{"a", "b"});
  CHECK(titles(read("menuentry a {\n linux /x \"y\n}\n" + entry("b"))) == Titles{"b"});
  CHECK(titles(read("menuentry a\n{\n linux /x\n}\n" + entry("b"))) == Titles{"a", "b"});
  CHECK(titles(read("menuentry {\n linux /x\n}\n" + entry("b"))) == Titles{"b"});
  CHECK(titles(read("function {\n linux /x\n}\n" + entry("b"))) == Titles{"b"});
  CHECK(titles(read("for in x\n" + entry("b"))) == Titles{"b"});
  CHECK(titles(read("echo ${x\n" + entry("b"))) == Titles{"b"});
  const BootSource source = read("foo\nmenuentry a { bar; linux /k }\n");
  CHECK(messages(source) == std::vector<std::string>{"sda2:/boot/grub/grub.cfg:1: unknown command \"foo\"",
                                                     "sda2:/boot/grub/grub.cfg:2: unknown command \"bar\""});
  CHECK(titles(source) == Titles{"a"});
}

TEST_CASE("grub: bounds") {
  SECTION("an endless loop") {
    const BootSource source = read(entry("a") + "while true; do true; done\n" + entry("b"));
    CHECK(titles(source) == Titles{"a"});
    CHECK(messages(source) == std::vector<std::string>{"sda2:/boot/grub/grub.cfg:4: ended: too many steps"});
  }
  SECTION("an endless loop in an entry") {
    const BootSource source = read("menuentry a { while true; do x=y$x; done; linux /k }\n" + entry("b"));
    CHECK(titles(source) == Titles{"b"});
  }
  SECTION("a file that includes itself") {
    const BootSource source = read(entry("a") + "source /boot/grub/grub.cfg\n");
    CHECK(source.entries.size() == 64);
    CHECK(source.diagnostics.size() == 1);
  }
  SECTION("a submenu that includes itself") {
    const BootSource source = read(entry("a") + "submenu s { source /boot/grub/grub.cfg }\n");
    CHECK(source.entries.size() > 1);
    CHECK(source.entries.size() <= 64);
  }
  SECTION("a function that calls itself") {
    const BootSource source = read("function f { f; }\nmenuentry a { linux /k; f }\n" + entry("b"));
    CHECK(titles(source) == Titles{"a", "b"});
  }
  SECTION("values that double") {
    const BootSource source = read("x=12345678\nwhile true; do x=$x$x$x; done\n");
    CHECK(source.diagnostics.size() == 1);
  }
  SECTION("many entries") {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += "menuentry a" + std::to_string(i) + " { linux /k; }\n";
    const BootSource source = read(text);
    CHECK(source.entries.size() == 10'000);
    CHECK(messages(source) ==
          std::vector<std::string>{
              "sda2:/boot/grub/grub.cfg:10001: the rest is ignored: more than 10000 entries"});
  }
  SECTION("a long line") {
    const BootSource source =
        read("echo " + std::string(1'000'000, 'x') + "\n" + std::string(1'000'000, '{') + "\n" + entry("a"));
    CHECK(titles(source) == Titles{"a"});
  }
  SECTION("commands that carry others") {
    std::string times;
    for (int i = 0; i < 20'000; ++i) times += "time ! ";
    const BootSource source = read(times + "true\n" + entry("a"));
    CHECK(source.diagnostics.size() == 1);
    CHECK(titles(read("time time true\n" + entry("a"))) == Titles{"a"});
  }
  SECTION("deep nesting") {
    std::string text;
    for (int i = 0; i < 100; ++i) text += "if true; then\n";
    text += entry("deep");
    for (int i = 0; i < 100; ++i) text += "fi\n";
    CHECK(titles(read(text + entry("a"))).back() == "a");
  }
  SECTION("UTF-16, a byte order mark, CRs, NULs") {
    CHECK(messages(read(std::string("\xff\xfem\0e\0", 6))) ==
          std::vector<std::string>{
              "sda2:/boot/grub/grub.cfg: ignored: a text in UTF-16, where GRUB reads UTF-8"});
    CHECK(titles(read("\xef\xbb\xbfmenuentry a {\r\n linux /k x \\\r\n y\r\n}\r\n")) == Titles{"a"});
    CHECK(titles(read(std::string("x\0y\n", 4) + entry("a"))) == Titles{"a"});
  }
}
