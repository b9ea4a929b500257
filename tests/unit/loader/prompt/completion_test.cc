#include "loader/prompt/completion.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "base/interrupt.h"
#include "loader/commands/commands.h"
#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

namespace {

struct Tab : Fixture {
  Completer completer{session};

  Tab() {
    published = Published(run.path());
    mounter.releases = 0;
    TemporaryFolder& tagged = mounter.add({.node = "/dev/vg/root",
                                           .type = "ext4",
                                           .label = "my disk",
                                           .uuid = "77aa",
                                           .partuuid = "p-77",
                                           .partlabel = "data"});
    tagged.write("vmlinuz-7", kernel);
    mounter.add({.node = "/dev/sda"});  // the whole disk: partitions, no file system
  }

  /// What Tab offers behind the last blank of `line`.
  Strings at(std::string_view line) {
    const std::size_t blank = line.find_last_of(" \t");
    const std::size_t start = blank == std::string_view::npos ? 0 : blank + 1;
    last = completer.complete(line.substr(0, start), line.substr(start));
    return last.words;
  }
  Completion last;
};

}  // namespace

TEST_CASE_METHOD(Tab, "completion: the first word is a label, a command, a variable, a device or a file") {
  CHECK(at("lin") == Strings{"linux"});
  CHECK(at("powe") == Strings{"poweroff"});
  CHECK(at("time") == Strings{"timeout="});
  CHECK(at("re") == Strings{"reboot", "restricted="});
  CHECK(at("sda6") == Strings{"sda6:"});
  CHECK(at("sda") == Strings{"sda1:", "sda2:", "sda6:"});
  CHECK(at("vg") == Strings{"vg/root:"});
  CHECK(at("vg/r") == Strings{"vg/root:"});
  CHECK(at("/dev/sda6") == Strings{"/dev/sda6:"});
  CHECK(at("/boot/v") == Strings{"/boot/vmlinuz"});
  CHECK(at("nothing-at-all").empty());
  CHECK(at("!re").empty());
}

TEST_CASE_METHOD(Tab, "completion: files under any form of path") {
  CHECK(at("sda6:/v") == Strings{"sda6:/vmlinuz"});
  CHECK(at("sda6:v") == Strings{"sda6:vmlinuz"});
  CHECK(at("/dev/sda6:/v") == Strings{"/dev/sda6:/vmlinuz"});
  CHECK(at("/dev/sda6:v") == Strings{"/dev/sda6:vmlinuz"});
  CHECK(at("UUID=6666:/d/") == Strings{"UUID=6666:/d/x"});
  CHECK(at("vg/root:/v") == Strings{"vg/root:/vmlinuz-7"});
  CHECK(at("ls sda6:") == Strings{"sda6:d/", "sda6:short", "sda6:text", "sda6:vmlinuz"});
  CHECK(at("/et") == Strings{"/etc/"});
  CHECK(at("/nothing/x").empty());
  CHECK(at("sdz9:/").empty());
  const std::string own = "/" + mounter.disk("/dev/sda6").path();
  CHECK(at(own + "/v") == Strings{own + "/vmlinuz"});
}

TEST_CASE_METHOD(Tab, "completion: a relative path is taken from the current directory") {
  session.run_line("cd sda6:");
  CHECK(at("./v") == Strings{"./vmlinuz"});
  CHECK(at("sho") == Strings{"short"});
  session.run_line("cd d");
  CHECK(at("../v") == Strings{"../vmlinuz"});
  CHECK(at("..") == Strings{"../"});
  CHECK(at("cd ../") == Strings{"../d/"});
}

TEST_CASE_METHOD(Tab, "completion: a mount point of fstab is entered and mounted") {
  CHECK(at("/boo") == Strings{"/boot/"});
  CHECK(mounter.mounted() == Strings{"/dev/sda2"});
  CHECK(at("/boot/") == Strings{"/boot/initrd.img", "/boot/vmlinuz"});
  CHECK(mounter.mounted() == Strings{"/dev/sda2", "/dev/sda1"});
}

TEST_CASE_METHOD(Tab, "completion: tags of the devices that are there") {
  CHECK(at("UU") == Strings{"UUID="});
  CHECK(at("PART") == Strings{"PARTLABEL=", "PARTUUID="});
  CHECK(at("UUID=") == Strings{"UUID=1111:", "UUID=2222:", "UUID=6666:", "UUID=77aa:"});
  CHECK(at("UUID=7") == Strings{"UUID=77aa:"});
  CHECK(at("PARTUUID=") == Strings{"PARTUUID=p-77:"});
  CHECK(at("PARTLABEL=d") == Strings{"PARTLABEL=data:"});
  // A label with a blank cannot be typed as one word.
  CHECK(at("LABEL=") == Strings{"LABEL=root:"});
}

TEST_CASE_METHOD(Tab, "completion: the value of an assignment") {
  CHECK(at("root=") == Strings{"root=/dev/sda1", "root=/dev/sda2", "root=/dev/sda6", "root=/dev/vg/root",
                               "root=LABEL=", "root=PARTLABEL=", "root=PARTUUID=", "root=UUID="});
  CHECK(at("root=/dev/sda") == Strings{"root=/dev/sda1", "root=/dev/sda2", "root=/dev/sda6"});
  CHECK(at("root=sda6") == Strings{"root=/dev/sda6"});
  CHECK(at("root=UUID=2") == Strings{"root=UUID=2222"});
  CHECK(at("initrd=/boot/i") == Strings{"initrd=/boot/initrd.img"});
  CHECK(at("initrd='/boot/i") == Strings{"initrd='/boot/initrd.img"});
  CHECK(at("message=/etc/m") == Strings{"message=/etc/motd"});
  CHECK(at("authorized_keys=sda6:t") == Strings{"authorized_keys=sda6:text"});
  CHECK(at("default=lin") == Strings{"default=linux"});
  CHECK(at("default=/boot/v") == Strings{"default=/boot/vmlinuz"});
  CHECK(at("restricted=") == Strings{"restricted=false", "restricted=true"});
  CHECK(at("timeout=").empty());
  CHECK(at("password=").empty());
  CHECK(at("mine=/boot/v") == Strings{"mine=/boot/vmlinuz"});
  CHECK(at("mine='/boot/vmlinuz initrd=/boot/i") == Strings{"initrd=/boot/initrd.img"});
  CHECK(at("set root=UUID=2") == Strings{"root=UUID=2222"});
}

TEST_CASE_METHOD(Tab, "completion: behind a kernel, what kboot takes from its arguments") {
  CHECK(at("/boot/vmlinuz in") == Strings{"initrd="});
  CHECK(at("linux ro") == Strings{"root="});
  CHECK(at("linux root=UUID=6") == Strings{"root=UUID=6666"});
  CHECK(at("linux root=/dev/sda6") == Strings{"root=/dev/sda6"});
  CHECK(at("linux initrd=UUID=6") == Strings{"initrd=UUID=6666:"});
  CHECK(at("linux initrd=sda6") == Strings{"initrd=sda6:"});
  CHECK(at("/boot/vmlinuz initrd=/boot/initrd.img,sda6:/d/") == Strings{"initrd=/boot/initrd.img,sda6:/d/x"});
  CHECK(at("linux initrd=/boot/initrd.img,UUID=66") == Strings{"initrd=/boot/initrd.img,UUID=6666:"});
  CHECK(at("linux init=/et") == Strings{"init=/etc/"});
  // An argument is a word for the kernel, hardly ever a file of the current directory.
  session.run_line("cd sda6:");
  CHECK(at("linux sh").empty());
  CHECK(at("linux console=t").empty());
  CHECK(at("vmlinuz sh").empty());
  CHECK(at("vmlinuz in") == Strings{"initrd="});
  CHECK(at("program sh") == Strings{"short"});
  CHECK(at("dd if=sh") == Strings{"if=short"});
}

TEST_CASE_METHOD(Tab, "completion: a path with a comma is not offered in a list of initrds") {
  mounter.disk("/dev/sda6").write("a,b");
  CHECK(at("linux initrd=sda6:a").empty());
  CHECK(at("cat sda6:a") == Strings{"sda6:a,b"});
}

TEST_CASE_METHOD(Tab, "completion: the arguments of commands are what the commands take") {
  CHECK(at("plan lin") == Strings{"linux"});
  CHECK(at("plan linux initrd=/boot/i") == Strings{"initrd=/boot/initrd.img"});
  CHECK(at("boot /boot/v") == Strings{"/boot/vmlinuz"});
  CHECK(at("plan boot lin") == Strings{"linux"});
  CHECK(at("cd sda6:/") == Strings{"sda6:/d/"});
  CHECK(at("cd UUID=6") == Strings{"UUID=6666:"});
  CHECK(at("cd sda6:/d sda6:/").empty());
  CHECK(at("help pw") == Strings{"pwd"});
  CHECK(at("help pwd pw").empty());
  CHECK(at("set time") == Strings{"timeout"});
  CHECK(at("set lin") == Strings{"linux"});
  CHECK(at("pwd /").empty());
}

TEST_CASE_METHOD(Tab, "completion: the words that a command knows, where they can stand") {
  CHECK(at("iscsi ") == Strings{"login", "logout"});
  CHECK(at("iscsi login f") == Strings{"firmware"});
  CHECK(at("iscsi logout ").empty());
  CHECK(at("log ").empty());
  CHECK(at("log -") == Strings{"--upload", "-a"});
  CHECK(at("log --upload -").empty());
  CHECK(at("ls -") == Strings{"-l"});
  CHECK(at("once -") == Strings{"--clear"});
  CHECK(at("once linux -").empty());
}

TEST_CASE_METHOD(Tab, "completion: a label wins over a command of its name") {
  session.run_line("pwd='/boot/vmlinuz'");
  CHECK(at("pwd in") == Strings{"initrd="});
}

TEST_CASE_METHOD(
    Tab, "completion: names that a line cannot hold as a word are left out, hidden ones unless asked for") {
  TemporaryFolder& disk = mounter.disk("/dev/sda6");
  for (const char* name : {"z blank", "z\tTab", "z'quote", "z\x1b[2J", "z\xff", ".hidden", "zürich"})
    disk.write(name);
  CHECK(at("ls sda6:z") == Strings{"sda6:zürich"});
  CHECK(at("ls sda6:.") == Strings{"sda6:.hidden"});
  CHECK(at("ls sda6:").size() == 5);
}

TEST_CASE_METHOD(Tab, "completion: nothing is asked of a server for a word that is half typed") {
  const auto asked = [&](std::string_view line) {
    CHECK(at(line).empty());
    const Strings nodes = mounter.mounted();
    return std::any_of(nodes.begin(), nodes.end(),
                       [](const std::string& node) { return node.starts_with("server"); });
  };
  for (const char* line : {"server:", "server:ex", "http:/", "http:/server", "http://server/v", "tftp:/s",
                           "linux initrd=server:", "linux initrd=http://server/i"}) {
    INFO(line);
    CHECK_FALSE(asked(line));
    CHECK(network.looks == 0);
  }
}

TEST_CASE_METHOD(Tab, "completion: files on a server, once the network is there") {
  TemporaryFolder& exported = mounter.add({.node = "server:/export"});
  exported.write("vmlinuz-nfs", kernel);
  network.unusable_looks = 1;
  CHECK(at("server:/export/v").empty());
  CHECK(people.take().empty());
  CHECK(at("server:/export/v") == Strings{"server:/export/vmlinuz-nfs"});
}

TEST_CASE_METHOD(
    Tab, "completion: all is mounted read-only whatever mount_rw= says, and read-write by the next line") {
  session.run_line("mount_rw=true");
  CHECK(at("sda6:/v") == Strings{"sda6:/vmlinuz"});
  CHECK(at("/boot/v") == Strings{"/boot/vmlinuz"});
  for (const MountRequest& request : mounter.mounts) CHECK(request.access == Access::read_only);
  mounter.release();
  session.run_line("cd sda6:");
  REQUIRE(mounter.mounts.size() == 1);
  CHECK(mounter.mounts[0].access == Access::read_write);
}

TEST_CASE_METHOD(Tab, "completion: a device that is not there is not waited for") {
  session.run_line("wait=3600");
  CHECK(at("sdz9:/v").empty());
  CHECK(at("LABEL=gone:/v").empty());
  CHECK(people.take().empty());
}

TEST_CASE_METHOD(Tab, "completion: disks are looked into once, and only for a word that may name one") {
  at("lin");
  at("/boot/v");
  at("sda6:/v");
  at("timeout=");
  CHECK(mounter.probes == 0);
  for (const char* line : {"sd", "sda", "sda6", "UUID=", "root=", "ls "}) at(line);
  CHECK(mounter.probes == 1);
  mounter.add({.node = "/dev/sdb1", .type = "vfat"});
  CHECK(at("sdb") == Strings{"sdb1:"});
  CHECK(mounter.probes == 2);
}

TEST_CASE_METHOD(
    Tab,
    "completion: in restricted mode only labels and the commands that are left, and no disk is touched") {
  session.run_line("restricted=true");
  mounter.release();
  mounter.probes = 0;
  Strings all = {"linux"};
  for (const Command& command : commands())
    if (command.when_restricted) all.emplace_back(command.name);
  std::sort(all.begin(), all.end());
  CHECK(at("") == all);
  CHECK(at("sta") == Strings{"status"});
  for (const char* line : {"/boot/", "/", "sd", "sda6:/", "UUID=", "root=", "time", "//", "help ",
                           "help /etc/", "cd /", "plan lin", "linux initrd=/", "set ", "ls /etc/"}) {
    INFO(line);
    CHECK(at(line).empty());
  }
  CHECK(mounter.mounts.empty());
  CHECK(mounter.probes == 0);
}

TEST_CASE_METHOD(Tab, "completion: a disk that cannot be read offers nothing and hides nothing") {
  mounter.failures["/dev/sda6"] = "unknown filesystem type";
  mounter.failures["/dev/sda2"] = "unknown filesystem type";
  CHECK(at("sda6:/v").empty());
  CHECK(at("/etc/").empty());
  CHECK(at("/boot/v") == Strings{"/boot/vmlinuz"});
  CHECK(at("lin") == Strings{"linux"});
  CHECK(at("/de") == Strings{"/dev/"});
}

namespace {

/// Two entries on sdb1, as the discovery has published them.
PublishedEntries published_disk() {
  PublishedPlace place{.name = "sdb1", .state = PublishedPlace::State::done};
  for (const char* name : {"debian", "rescue"}) {
    ListedEntry listed;
    listed.id = fmt::format("sdb1#{}", name);
    listed.place = "sdb1";
    listed.name = name;
    listed.entry.title = fmt::format("Title of {}", name);
    place.list.entries.push_back(listed);
  }
  return {.looking = false, .places = {place}};
}

}  // namespace

TEST_CASE_METHOD(Tab, "completion: boot entries behind a #, with their titles") {
  Published(run.path()).write(published_disk());
  mounter.add({.node = "/dev/sdb1", .type = "ext4", .label = "disk", .uuid = "7777"});
  CHECK(at("sdb1#") == Strings{"sdb1#debian", "sdb1#rescue"});
  CHECK(last.about["sdb1#debian"] == "Title of debian");
  CHECK(last.about["sdb1#rescue"] == "Title of rescue");
  CHECK(at("SDB1#R") == Strings{"sdb1#rescue"});
  CHECK(at("plan sdb1#d") == Strings{"sdb1#debian"});
  CHECK(at("default=sdb1#d") == Strings{"default=sdb1#debian"});
  CHECK(last.about["default=sdb1#debian"] == "Title of debian");
  CHECK(at("UUID=7777#r") == Strings{"UUID=7777#rescue"});
  CHECK(last.about["UUID=7777#rescue"] == "Title of rescue");
  CHECK(at("sdb1#x").empty());
  CHECK(at("sdz9#").empty());
  // The words could be files of the booted system, too; the entries are known without a look at their disk.
  for (const MountRequest& request : mounter.mounts) CHECK(request.source != "/dev/sdb1");
}

TEST_CASE_METHOD(Tab, "completion: the firmware's boot options by their names, with their titles") {
  CHECK(at("firmware ").empty());
  PublishedPlace place{.name = "firmware", .state = PublishedPlace::State::done};
  ListedEntry listed;
  listed.id = "firmware#windows-boot-manager";
  listed.place = "firmware";
  listed.name = "windows-boot-manager";
  listed.entry.title = "Windows Boot Manager";
  place.list.entries.push_back(listed);
  Published(run.path()).write({.looking = false, .places = {place}});
  CHECK(at("firmware ") == Strings{"windows-boot-manager"});
  CHECK(last.about["windows-boot-manager"] == "Windows Boot Manager");
  CHECK(at("firmware -") == Strings{"--setup"});
  CHECK(at("firmware windows-boot-manager ").empty());
  CHECK(at("firmware#") == Strings{"firmware#windows-boot-manager"});
}

TEST_CASE_METHOD(Tab, "completion: the entries of a folder, which no discovery knows") {
  TemporaryFolder& disk = mounter.disk("/dev/sda6");
  disk.write("boot/extlinux/extlinux.conf", "LABEL live\n MENU LABEL A live system\n KERNEL /vmlinuz\n");
  CHECK(at("sda6#") == Strings{"sda6#live"});
  CHECK(last.about["sda6#live"] == "A live system");
  CHECK(at("sda6:/boot/extlinux/extlinux.conf#l") == Strings{"sda6:/boot/extlinux/extlinux.conf#live"});
}

TEST_CASE_METHOD(Tab, "completion: in restricted mode no boot entry is offered") {
  Published(run.path()).write(published_disk());
  session.run_line("restricted=true");
  CHECK(at("sdb1#").empty());
  CHECK(at("#").empty());
}

TEST_CASE_METHOD(Tab, "completion: behind a # alone, the numbers of what was found, with ids and titles") {
  CHECK(at("#").empty());
  published.write(published_disk());
  mounter.add({.node = "/dev/sdb1", .type = "ext4", .uuid = "7777"});
  mounter.add({.node = "/dev/mapper/home", .type = "ext4"})
      .write("extlinux.conf", "LABEL inside\n MENU LABEL On a volume\n KERNEL /vmlinuz\n");
  CHECK(at("#") == Strings{"#1", "#2", "#3"});
  CHECK(last.about["#2"] == "sdb1#rescue  Title of rescue");
  CHECK(last.about["#3"] == "mapper/home#inside  On a volume");
  CHECK(at("#2") == Strings{"#2"});
  CHECK(at("plan #") == Strings{"#1", "#2", "#3"});
  CHECK(at("#4").empty());
  CHECK(at("default=#").empty());
}

TEST_CASE_METHOD(Tab, "completion: behind a # alone, the numbers of the last list that was shown") {
  published.write(published_disk());
  std::string text;
  for (int i = 1; i <= 11; ++i) text += fmt::format("LABEL l{}\n KERNEL /vmlinuz\n", i);
  mounter.disk("/dev/sda6").write("extlinux.conf", text);
  REQUIRE(session.run_line("entries sda6") == Status::done);
  CHECK(at("#") == Strings{"#1", "#2", "#3", "#4", "#5", "#6", "#7", "#8", "#9", "#10", "#11"});
  CHECK(at("#1") == Strings{"#1", "#10", "#11"});
  CHECK(last.about["#10"] == "sda6#l10  l10");
}
