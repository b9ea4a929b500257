#include "loader/session/session.h"

#include <array>
#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/interrupt.h"
#include "loader/commands/commands.h"
#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

TEST_CASE_METHOD(Fixture, "session: a path boots, fstab's file systems being mounted on the way") {
  CHECK(boot("/boot/vmlinuz quiet") == "root=/dev/sda2 quiet");
  CHECK(kexec.kernel == kernel);
  CHECK(kexec.initrd.empty());
}

TEST_CASE_METHOD(Fixture,
                 "session: all is closed and unmounted and the network down before the next kernel starts") {
  boot("/boot/vmlinuz");
  CHECK(events == Events{"load", "connections end", "network down", "execute"});
  CHECK(mounter.releases == 1);
  CHECK(mounter.mounted().empty());
}

TEST_CASE_METHOD(Fixture, "session: a label boots, with typed words behind its own") {
  CHECK(boot("linux single") == "root=/dev/sda2 quiet single");
  CHECK(kexec.initrd == "abcde");
}

TEST_CASE_METHOD(Fixture, "session: an empty line boots default=") {
  CHECK(boot("") == "root=/dev/sda2 quiet");
}

TEST_CASE_METHOD(Fixture, "session: of several defaults the first that can be loaded is booted") {
  session.run_line("default='sda6:/none | linux initrd=sda6:/none | sda6:/vmlinuz a=1 | linux'");
  people.take();
  CHECK(boot("") == "root=/dev/sda2 a=1");
  CHECK_THAT(people.take(), Catch::StartsWith("sda6:/none: no such file or directory\n"
                                              "trying the next: linux initrd=sda6:/none\n"
                                              "initrd=sda6:/none: no such file or directory\n"
                                              "trying the next: sda6:/vmlinuz a=1\n"));
}

TEST_CASE_METHOD(Fixture, "session: when no default can be loaded, the last one's error is the line's") {
  session.run_line("default='sda6:/none | sda6:/nor this'");
  people.take();
  CHECK_THAT(failure_of(""), Catch::EndsWith("trying the next: sda6:/nor this\n"
                                             "sda6:/nor: no such file or directory\n"));
}

TEST_CASE_METHOD(Fixture,
                 "session: a default that boots the default again is an error, and the next is tried") {
  session.run_line("again=boot");
  session.run_line("blank=' '");
  for (const std::string line : {"boot", "again", "plan boot", "plan blank", "boot blank", "plan again"}) {
    session.run_line("default='" + line + "'");
    for (const char* typed : {"", "boot", "plan boot"})
      CHECK(failure_of(typed) == "default=" + line + ": boots itself\n");
  }
  session.run_line("default='boot | again | linux'");
  CHECK(boot("") == "root=/dev/sda2 quiet");
  CHECK(boot("") == "root=/dev/sda2 quiet");
}

TEST_CASE_METHOD(Fixture, "session: the forms of a device's name are equal") {
  for (const char* path :
       {"sda6:/vmlinuz", "sda6:vmlinuz", "/dev/sda6:/vmlinuz", "/dev/sda6:vmlinuz", "UUID=6666:/vmlinuz"})
    CHECK(boot(path) == "root=/dev/sda2");
}

TEST_CASE_METHOD(Fixture, "session: a relative path is taken from the current directory") {
  CHECK(session.run_line("cd sda6:/d") == Status::done);
  CHECK(boot("../vmlinuz") == "root=/dev/sda2");
}

TEST_CASE_METHOD(Fixture,
                 "session: several initrds are joined, each begun at four bytes, from wherever they are") {
  boot("http://server/vmlinuz initrd=/boot/initrd.img,http://server/initrd initrd=sda6:/d/x");
  CHECK(kexec.kernel == kernel);
  CHECK(kexec.initrd == std::string("abcde\0\0\0fgh\0"
                                    "0123456",
                                    19));
}

TEST_CASE_METHOD(Fixture, "session: what comes from a server waits for the network, and says so") {
  network.unusable_looks = 2;
  CHECK(boot("http://server/vmlinuz") == "root=/dev/sda2");
  CHECK_THAT(people.take(), Catch::StartsWith("waiting for the network, ^C ends it\nbooting "));
  network.looks = 0;
  CHECK(boot("/boot/vmlinuz") == "root=/dev/sda2");
  CHECK(network.looks == 0);
}

TEST_CASE_METHOD(Fixture,
                 "session: an address waits for a route that leads there, unless a proxy asks for us") {
  fetcher.files["http://[fd77::1]/vmlinuz"] = kernel;
  network.far_server = "fd77::1";
  network.far_looks = 2;
  CHECK(boot("http://[fd77::1]/vmlinuz") == "root=/dev/sda2");
  CHECK_THAT(people.take(), Catch::StartsWith("waiting for a route to fd77::1, ^C ends it\nbooting "));
  network.far_looks = 1000;
  session.run_line("net.proxy=http://server:3128");
  CHECK(boot("http://[fd77::1]/vmlinuz") == "root=/dev/sda2");
  CHECK_THAT(people.take(), Catch::StartsWith("booting "));
}

TEST_CASE_METHOD(Fixture, "session: a device boots the configuration on it") {
  CHECK(boot("sda2") == "root=/dev/sda2 quiet");
  CHECK(boot("UUID=2222") == "root=UUID=2222 quiet");
  CHECK(boot("/dev/sda2") == "root=/dev/sda2 quiet");
}

TEST_CASE_METHOD(Fixture, "session: a device without a configuration is an error that says so") {
  CHECK_THAT(failure_of("sda6"), Catch::StartsWith("sda6: no boot configuration found"));
  CHECK_THAT(failure_of("LABEL=nothing"), Catch::StartsWith("LABEL=nothing: no such device"));
  // Afterwards the session is what it was.
  CHECK(boot("linux") == "root=/dev/sda2 quiet");
}

TEST_CASE_METHOD(Fixture, "session: an entry behind a lock says that the passphrase is missing") {
  mounter.add({.node = "/dev/sdd1", .type = "crypto_LUKS", .uuid = "abcd"});
  CHECK(failure_of("sdd1#locked") == "sdd1: locked, and there is no passphrase for it\n");
  CHECK(failure_of("sdd1#debian") == "sdd1: locked, and there is no passphrase for it\n");
  CHECK(volumes.asked == Strings{"mapper/luks-abcd", "mapper/luks-abcd"});
}

TEST_CASE_METHOD(Fixture, "session: a boot entry is booted by its id, with the words behind it") {
  TemporaryFolder& disk = mounter.disk("/dev/sda6");
  disk.write("loader/entries/debian.conf", "title Debian\nlinux /entry\noptions root=/dev/x ro\n");
  disk.write("loader/entries/broken.conf", "linux /nothing\n");
  disk.write("entry", kernel);
  CHECK(failure_of("sda6#nothing") == "sda6#nothing: no such entry; \"entries sda6\" shows what is there\n");
  CHECK(failure_of("sda6#broken") == "sda6#broken: sda6:/nothing: no such file\n");
  CHECK(failure_of("sdz9#debian") == "sdz9: no such device\n");
  CHECK(boot("sda6#debian") == "root=/dev/x ro");
  CHECK(boot("sda6#DEBIAN quiet") == "root=/dev/x ro quiet");
  CHECK(boot("sda6#1 root=/dev/y") == "ro root=/dev/y");
  CHECK(boot("/dev/sda6#debian") == "root=/dev/x ro");
  session.run_line("label=sda6#debian");
  CHECK(boot("label quiet") == "root=/dev/x ro quiet");
}

TEST_CASE_METHOD(Fixture, "session: a device without a kboot.conf boots the default of what is there") {
  TemporaryFolder& disk = mounter.disk("/dev/sda6");
  disk.write("loader/entries/debian.conf", "linux /entry\noptions ro\n");
  disk.write("entry", kernel);
  CHECK(boot("sda6") == "ro");
}

TEST_CASE_METHOD(Fixture, "session: a file is found before # is taken for an entry's name") {
  mounter.disk("/dev/sda6").write("a#1", kernel);
  CHECK(boot("sda6:/a#1 quiet") == "root=/dev/sda2 quiet");
}

TEST_CASE_METHOD(Fixture, "session: # and a number boot the entry of the last list shown") {
  TemporaryFolder& disk = mounter.disk("/dev/sda6");
  disk.write("loader/entries/debian.conf", "linux /entry\noptions ro\n");
  disk.write("entry", kernel);
  session.run_line("entries sda6");
  CHECK_THAT(results.take(), Catch::StartsWith("sda6\n   1 * #debian"));
  CHECK(failure_of("#2") == "#2: no such entry, the list has 1\n");
  CHECK(boot("#1") == "ro");
}

TEST_CASE_METHOD(Fixture, "session: what cannot be booted is named, and why") {
  CHECK(failure_of("/boot/nothing") == "/boot/nothing: no such file or directory\n");
  CHECK(failure_of("/boot") == "/boot: not a file\n");
  CHECK(failure_of("sda6:/short") == "sda6:/short: the kernel is incomplete: 1500 of 2048 bytes\n");
  CHECK(failure_of("sda6:/text") == "sda6:/text: not a kernel: text\n");
  CHECK(failure_of("sdz9:/vmlinuz") == "sdz9:/vmlinuz: no such device\n");
  CHECK(failure_of("/boot/vmlinuz initrd=/boot/nothing") ==
        "initrd=/boot/nothing: no such file or directory\n");
  CHECK(failure_of("http://server/nothing") == "http://server/nothing: 404 Not Found\n");
  CHECK(failure_of("/boot/vmlinuz " + std::string(3000, 'x')) ==
        "/boot/vmlinuz: the command line has 3015 characters, this kernel takes 2046\n");
  mounter.failures["/dev/sda6"] = "unknown filesystem type";
  CHECK(failure_of("sda6:/vmlinuz") == "sda6:/vmlinuz: mount /dev/sda6: unknown filesystem type\n");
}

TEST_CASE_METHOD(Fixture, "session: a failed load is an error, never tried again as a program") {
  kexec.failure = "kexec_file_load: not a kernel that this machine can load";
  CHECK(failure_of("/boot/vmlinuz").find("kexec_file_load: not a kernel") != std::string::npos);
  CHECK(shell.lines.empty());
  CHECK(mounter.releases == 0);
}

TEST_CASE_METHOD(Fixture,
                 "session: other lines go to the shell, words that name files replaced by local paths") {
  CHECK(session.run_line("wc /etc/motd /etc/nothing -x") == Status::done);
  CHECK(shell.lines == Strings{"wc " + mounter.disk("/dev/sda2").path("etc/motd") + " /etc/nothing -x"});
  session.run_line("cd sda6:");
  CHECK(session.run_line("wc text ./text d/x sda6:/text /etc/motd") == Status::done);
  const TemporaryFolder& disk = mounter.disk("/dev/sda6");
  CHECK(shell.lines.back() == "wc text " + disk.path("text") + " d/x " + disk.path("text") + " " +
                                  mounter.disk("/dev/sda2").path("etc/motd"));
  CHECK(shell.last_directory == disk.path());
  shell.status = 3;
  CHECK(session.run_line("false") == Status::failed);
}

TEST_CASE_METHOD(Fixture, "session: cd and pwd know all places, a failed cd leaves the current one") {
  const auto pwd = [&](std::string_view cd) {
    session.run_line(cd);
    results.take();
    session.run_line("pwd");
    return results.take();
  };
  CHECK(pwd("cd /boot") == "/boot\n");
  CHECK(pwd("cd sda6:/d") == "/dev/sda6:/d\n");
  CHECK(prompt_text(session.directory()) == "kboot /dev/sda6:/d: ");
  CHECK(pwd("cd /nothing") == "/dev/sda6:/d\n");
  CHECK(pwd("cd /etc/motd") == "/dev/sda6:/d\n");
  CHECK(people.take() == "/nothing: no such file or directory\n/etc/motd: not a directory\n");
  CHECK(pwd("cd ..") == "/dev/sda6:/\n");
  CHECK(pwd("cd ..") == "/dev/sda6:/\n");
  CHECK(pwd("cd /") == "/\n");
  CHECK(pwd("cd") == "//\n");
  CHECK(prompt_text(session.directory()) == "kboot: ");
  CHECK(prompt_text(KbootPath{"/tmp"}) == "kboot ///tmp: ");
  CHECK(directory_text(NfsPath{"server", "/kernels"}) == "server:/kernels/");
}

TEST_CASE_METHOD(Fixture, "session: assignments take effect at once, a new root brings its own fstab") {
  mounter.disk("/dev/sda6").write("vmlinuz-six", kernel);
  CHECK(session.run_line("root=/dev/sda6") == Status::done);
  CHECK(boot("/vmlinuz-six") == "root=/dev/sda6");
  CHECK(session.run_line("mine='sda6:/vmlinuz  a'") == Status::done);
  CHECK(boot("mine b") == "root=/dev/sda6 a b");
}

TEST_CASE_METHOD(Fixture, "session: later sources win") {
  configure({{"linux", "sda6:/vmlinuz set"}});
  CHECK(boot("linux") == "root=/dev/sda2 set");
  CHECK(session.variables().find("root")->source == Source::kernel_command_line);
  CHECK(session.variables().find("default")->source == Source::booted_system);
}

TEST_CASE_METHOD(Fixture, "session: usage errors are told from failures") {
  CHECK(session.run_line("pwd x") == Status::usage);
  CHECK(session.run_line("cd a b") == Status::usage);
  CHECK(session.run_line("plan") == Status::usage);
}

TEST_CASE_METHOD(Fixture, "session: plan shows and does not boot, then lines boot again") {
  CHECK(session.run_line("plan linux single") == Status::done);
  CHECK(results.take() ==
        "kernel   /boot/vmlinuz  (/dev/sda1:/vmlinuz)\n"
        "initrd   /boot/initrd.img  (/dev/sda1:/initrd.img)\n"
        "cmdline  root=/dev/sda2 quiet single\n"
        "origin   label linux\n");
  CHECK(session.run_line("plan /nothing") == Status::failed);
  CHECK(events.empty());
  CHECK(boot("linux") == "root=/dev/sda2 quiet");
}

TEST_CASE_METHOD(DryRun, "dry run: the plan as JSON") {
  CHECK(json("linux x") == nlohmann::json::parse(R"({
    "kernel": {"as_written": "/boot/vmlinuz", "kind": "booted", "source": "/dev/sda1", "path": "/vmlinuz"},
    "initrds": [{"as_written": "/boot/initrd.img", "kind": "booted", "source": "/dev/sda1", "path": "/initrd.img"}],
    "cmdline": "root=/dev/sda2 quiet x", "origin": "label linux"})"));
  CHECK(json("sda6:vmlinuz root=x")["kernel"] == nlohmann::json::parse(R"(
    {"as_written": "sda6:vmlinuz", "kind": "device", "source": "/dev/sda6", "path": "/vmlinuz"})"));
  CHECK(json("http://server/vmlinuz")["kernel"] == nlohmann::json::parse(R"(
    {"as_written": "http://server/vmlinuz", "kind": "url", "source": null, "path": "http://server/vmlinuz"})"));
  CHECK(json("sda2")["origin"] == "sda2: /etc/kboot.conf");
  CHECK(json("")["origin"] == "label linux");
  CHECK(fetcher.fetched.empty());
  CHECK(events.empty());
  CHECK(mounter.releases == 0);
}

TEST_CASE_METHOD(DryRun, "dry run: failures and what would go to the shell, as JSON") {
  CHECK(json("/nothing") ==
        nlohmann::json{{"error", "/nothing: no such file or directory"}, {"line", "/nothing"}});
  CHECK(json("rm -r x") == nlohmann::json{{"shell", "rm -r x"}, {"line", "rm -r x"}});
  CHECK(json("reboot") == nlohmann::json{{"shell", "reboot"}, {"line", "reboot"}});
  CHECK(json("pwd") == nlohmann::json{{"output", "//\n"}, {"line", "pwd"}});
  CHECK(shell.lines.empty());
}

TEST_CASE_METHOD(Fixture, "session: mount_rw=true mounts writable what a line needs, not what a plan does") {
  session.run_line("mount_rw=true");
  session.run_line("plan sda6:/vmlinuz");
  REQUIRE(mounter.mounts.size() >= 1);
  CHECK(mounter.mounts.back().source == "/dev/sda6");
  CHECK(mounter.mounts.back().access == Access::read_only);
  CHECK(session.run_line("cd /boot") == Status::done);
  CHECK(mounter.mounts.back().source == "/dev/sda1");
  CHECK(mounter.mounts.back().access == Access::read_write);
}

TEST_CASE_METHOD(DryRun, "dry run: mount_rw=true mounts nothing writable") {
  configure({{"mount_rw", "true"}});
  json("/boot/vmlinuz");
  for (const MountRequest& request : mounter.mounts) CHECK(request.access == Access::read_only);
}

TEST_CASE_METHOD(DryRun, "dry run: credentials of a URL are in no output") {
  fetcher.files["http://u:secret@server/k?token=secret"] = kernel;
  CHECK(json("http://u:secret@server/k?token=secret").dump().find("secret") == std::string::npos);
  CHECK(json("http://u:secret@server/gone?token=secret").dump().find("secret") == std::string::npos);
  CHECK(json("/boot/vmlinuz initrd=http://u:secret@server/gone").dump().find("secret") == std::string::npos);
  CHECK(people.take().find("secret") == std::string::npos);
}

TEST_CASE_METHOD(Fixture, "session: ! hands a command to the shell, nothing in it translated") {
  CHECK(session.run_line("!ls /boot sda6:/d  'a  b'") == Status::done);
  CHECK(session.run_line("  ! echo $HOME") == Status::done);
  CHECK(shell.lines == Strings{"ls /boot sda6:/d  'a  b'", "echo $HOME"});
  session.run_line("show=\"!ls /boot\"");
  CHECK(session.run_line("show -l") == Status::done);
  CHECK(shell.lines.back() == "ls /boot -l");
}

TEST_CASE_METHOD(Fixture, "session: sh takes its arguments as they are") {
  CHECK(session.run_line("sh") == Status::done);
  CHECK(session.run_line("sh -c 'ls /boot'") == Status::done);
  CHECK(shell.lines == Strings{"sh", "sh -c 'ls /boot'"});
}

TEST_CASE_METHOD(Fixture, "boot: boots what a line names, or the default, and nothing else") {
  CHECK(boot("boot") == "root=/dev/sda2 quiet");
  CHECK(boot("boot linux single") == "root=/dev/sda2 quiet single");
  CHECK(boot("boot sda6:/vmlinuz a=1") == "root=/dev/sda2 a=1");
  events.clear();
  CHECK(failure_of("boot reboot") == "reboot: nothing to boot\n");
  CHECK(failure_of("boot ls") == "ls: nothing to boot\n");
  CHECK(failure_of("boot !ls") == "!ls: not a line that boots\n");
  CHECK(failure_of("boot timeout=3") == "timeout=3: not a line that boots\n");
  CHECK(shell.lines.empty());
  session.run_line("default=");
  CHECK(failure_of("boot") == "there is no default to boot\n");
}

TEST_CASE_METHOD(Fixture, "help: fits a screen of 25 lines and 80 columns, and tells of each command") {
  for (char c = 'a'; c <= 'z'; ++c) session.run_line(std::string("label_") + c + "=/boot/vmlinuz");
  session.run_line("help");
  const std::string text = results.take();
  CHECK(std::count(text.begin(), text.end(), '\n') < 25);
  for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
    CHECK(end - at <= 80 + 2);  // "…" is three bytes
  CHECK_THAT(text, Catch::Contains("… and 21 more: labels shows them") &&
                       Catch::Contains("An empty line boots: linux"));
  for (const Command& command : commands()) {
    CHECK_THAT(text, Catch::Contains(std::string(command.name)));
    session.run_line("help " + std::string(command.name));
    CHECK_THAT(results.take(),
               Catch::StartsWith(std::string(command.name)) && Catch::Contains(std::string(command.help)));
  }
  CHECK(failure_of("help nothing") == "nothing: no such command; type help for the list\n");
}

TEST_CASE_METHOD(Fixture, "help: in restricted mode all labels are named, and no line of one is told") {
  for (char c = 'a'; c <= 'z'; ++c) session.run_line(std::string("label_") + c + "=/boot/vmlinuz");
  session.run_line("restricted=true");
  session.run_line("help");
  CHECK_THAT(results.take(), Catch::Contains("linux") && Catch::Contains("label_z") &&
                                 !Catch::Contains("vmlinuz") && !Catch::Contains("plan"));
}

TEST_CASE_METHOD(Fixture, "set: shows where values came from, and no password") {
  session.run_line("password='$6$salt$hash'");
  session.run_line("net=\"http://user:secret@server/vmlinuz quiet\"");
  session.run_line("set");
  const std::string shown = results.take();
  CHECK_THAT(shown, Catch::Contains("linux") && Catch::Contains("booted system, /etc/kboot.conf:1") &&
                        Catch::Contains("kernel command line") && Catch::Contains("typed"));
  CHECK_THAT(shown, !Catch::Contains("salt") && !Catch::Contains("secret"));
  CHECK(session.run_line("set timeout=\"7\"") == Status::done);
  session.run_line("set timeout");
  CHECK(results.take() == "NAME     FROM   VALUE\ntimeout  typed  7\n");
  CHECK(failure_of("set nothing") == "nothing: not set\n");
  CHECK(session.run_line("set a b") == Status::usage);
}

TEST_CASE_METHOD(DryRun, "set and labels as JSON") {
  CHECK(
      json("labels") ==
      nlohmann::json::parse(
          R"({"labels": [{"label": "linux", "line": "/boot/vmlinuz initrd=/boot/initrd.img quiet"}], "line": "labels"})"));
  CHECK(json("set root")["variables"][0]["value"] == "/dev/sda2");
}

TEST_CASE_METHOD(Fixture, "status: says what happens when nobody types") {
  session.run_line("timeout=5");
  session.run_line("status");
  const std::string shown = results.take();
  CHECK_THAT(shown, Catch::Contains("linux, after 5 s without a key") && Catch::Contains("/dev/sda2") &&
                        Catch::Contains("restricted  no"));
  session.run_line("default=");
  session.run_line("status");
  CHECK_THAT(results.take(), Catch::Contains("there is no default"));
}

TEST_CASE_METHOD(Fixture, "session: the wait for a device ends by a key, and says so") {
  session.run_line("wait=3600");
  keyboard.key_after = 2;
  CHECK(failure_of("sdz9:/vmlinuz") == "waiting for sdz9, any key ends it\nsdz9:/vmlinuz: no such device\n");
}

TEST_CASE_METHOD(Fixture, "restricted: labels boot as they are, and nothing else does anything") {
  session.run_line("sh_label=sh");
  session.run_line("cd_label=\"cd /boot\"");
  session.run_line("shell_label=\"!sh\"");
  session.run_line("restricted=true");
  for (const char* line : {"linux single",
                           "/boot/vmlinuz",
                           "sda6:/vmlinuz",
                           "http://server/vmlinuz",
                           "sda2",
                           "UUID=2222",
                           "sh",
                           "root=/dev/sda6",
                           "restricted=false",
                           "cd /boot",
                           "pwd",
                           "plan linux",
                           "ls",
                           "reboot now",
                           "sh_label",
                           "cd_label",
                           "shell_label",
                           "!sh",
                           "! sh",
                           "boot linux",
                           "set restricted=false",
                           "set",
                           "labels",
                           "linux;sh",
                           "'linux' init=/bin/sh",
                           "\tsh",
                           "help sh",
                           "unlock now",
                           "//bin/sh",
                           "server:/k"}) {
    INFO(line);
    CHECK_THAT(failure_of(line), Catch::StartsWith("restricted: "));
  }
  CHECK(shell.lines.empty());
  CHECK(session.run_line("help") == Status::done);
  CHECK(session.run_line("status") == Status::done);
  CHECK(boot("linux") == "root=/dev/sda2 quiet");
  CHECK(boot("") == "root=/dev/sda2 quiet");
}

TEST_CASE_METHOD(Fixture, "restricted: a default that is no boot does nothing") {
  session.run_line("default=sh");
  session.run_line("restricted=true");
  CHECK(failure_of("") == "default: sh: nothing to boot\n");
  CHECK(shell.lines.empty());
}

namespace {

/// "open sesame", as `openssl passwd -6 -salt kboot` has it.
constexpr const char* kHash =
    "$6$kboot$qVPC2Onqy/b.cjXnM2Tz5.6UUAmdV0Z2fer5h2Qsa0mYeICIiXbcsGGIGX/rEcoMBDxNzKFS2pzBmEEXBxPbK0";

}  // namespace

TEST_CASE_METHOD(Fixture, "unlock: the password lifts the restrictions of this session") {
  session.run_line("restricted=true");
  CHECK(failure_of("unlock") == "no password is set: this machine stays restricted\n");
  CHECK(keyboard.asked == 0);

  configure({{"restricted", "true"}, {"password", kHash}});
  keyboard.secrets = {"guess", "open sesame"};
  CHECK(failure_of("unlock") == "wrong password\n");
  CHECK_THAT(failure_of("pwd"), Catch::StartsWith("restricted: "));
  CHECK(session.run_line("unlock") == Status::done);
  CHECK_FALSE(session.restricted());
  CHECK(session.run_line("pwd") == Status::done);
  CHECK(boot("linux single") == "root=/dev/sda2 quiet single");
  session.run_line("unlock");
  CHECK(keyboard.asked == 2);
}

TEST_CASE_METHOD(Fixture, "unlock: ^C leaves things as they are") {
  configure({{"restricted", "true"}, {"password", kHash}});
  CHECK(session.run_line("unlock") == Status::failed);
  CHECK(session.restricted());
}

TEST_CASE_METHOD(Fixture, "session: a word for the shell that looks like NFS waits for no network") {
  mounter.add({.node = "server:/export"}).write("motd", "hello\n");
  network.unusable_looks = 1000;
  CHECK(session.run_line("grep server:/export/motd /etc/motd") == Status::done);
  CHECK(shell.lines.back().starts_with("grep server:/export/motd /"));
  network.unusable_looks = 0;
  CHECK(session.run_line("grep -c x server:/export/motd") == Status::done);
  CHECK(shell.lines.back().find("server:") == std::string::npos);
}

TEST_CASE_METHOD(Fixture, "session: what is typed of the ssh server counts at once, or is refused") {
  mounter.disk("/dev/sda6").write("keys", "ssh-ed25519 AAAA me\n");
  mounter.disk("/dev/sda6").write("ssh/ssh_host_rsa_key", "rsa");
  session.run_line("authorized_keys=sda6:/keys");
  CHECK(ssh_server.keys == "ssh-ed25519 AAAA me\n");
  CHECK(failure_of("authorized_keys=sda6:/none") == "authorized_keys: no such file or directory\n");
  session.run_line("authorized_keys=");
  CHECK(ssh_server.keys == "none");
  session.run_line("ssh.password='$6$salt$hash'");
  CHECK(ssh_server.password == "$6$salt$hash");
  session.run_line("ssh.password=");
  CHECK(ssh_server.password == "none");
  session.run_line("ssh.hostkeys=sda6:/ssh");
  CHECK(ssh_server.host_keys["ssh_host_rsa_key"] == "rsa");

  ssh_server.running = true;
  CHECK(failure_of("ssh.hostkeys=sda6:/other") ==
        "ssh.hostkeys comes too late: the ssh server runs, and its clients know it by another key\n");
  CHECK(session.variables().value("ssh.hostkeys") == "sda6:/ssh");
  CHECK(failure_of("ssh.rootshell=true") ==
        "ssh.rootshell counts in a kboot.conf only, which each login reads\n");
}

TEST_CASE_METHOD(Fixture,
                 "session: the log is left in memory that the next kernel finds, once one is started") {
  boot("/boot/vmlinuz");
  CHECK(persistent_log.written.empty());
  persistent_log.there = true;
  kexec.failure = "no";
  events.clear();
  failure_of("/boot/vmlinuz");
  CHECK(persistent_log.written.empty());
  kexec.failure.clear();
  boot("/boot/vmlinuz");
  CHECK(persistent_log.written.size() == 1);
}

TEST_CASE_METHOD(Fixture, "session: its end is the line's, and no further line is run") {
  Interrupt::install();
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  std::FILE* const closed = ::fdopen(ends[1], "w");
  ::close(ends[0]);
  Report broken(closed, people.file(), Report::Style::people);
  Session other(system(), broken, Place::loader, Mode::real);
  CHECK(other.run_line("cat sda6:/text") == Status::failed);
  CHECK(Interrupt::session_ended());
  mounter.release();
  CHECK(other.run_line("ls sda6:/d") == Status::failed);
  CHECK(mounter.mounted().empty());
  {
    // What is open is closed all the same.
    const Interrupt::Ignored undoing;
    CHECK_NOTHROW(Interrupt::throw_if_requested());
  }
  std::fclose(closed);
  // The next test is another session.
  Interrupt::reset_in_child();
  Interrupt::install();
}

TEST_CASE_METHOD(Fixture, "session: a URL's configuration boots its default, or the entry that is named") {
  fetcher.files["http://server/menu"] =
      "#!ipxe\nmenu\nitem a A\nitem b B\nchoose --default b x && goto ${x}\n"
      ":a\nkernel vmlinuz a=1\nboot\n:b\nkernel vmlinuz b=1\ninitrd initrd\nboot\n";
  CHECK(boot("http://server/menu") == "b=1");
  CHECK(kexec.initrd == "fgh");
  CHECK(boot("http://server/menu#a quiet") == "a=1 quiet");
  CHECK(boot("http://server/menu#1") == "a=1");
  events.clear();
  CHECK(failure_of("http://server/menu#c") ==
        "http://server/menu#c: no such entry; \"entries http://server/menu\" shows what is there\n");
  CHECK_THAT(failure_of("http://server/menu quiet"), Catch::StartsWith("http://server/menu: not a kernel"));
}

TEST_CASE_METHOD(Fixture, "session: a configuration on a server is a choice of default=") {
  fetcher.files["http://server/menu"] = "#!ipxe\nkernel vmlinuz a=1\nboot\n";
  session.run_line("default='http://server/none | http://server/menu | linux'");
  CHECK(boot("") == "a=1");
  CHECK_THAT(people.take(), Catch::Contains("http://server/none: 404 Not Found\n"));
  fetcher.files["http://server/menu"] = "#!ipxe\nmenu\nitem a A\nchoose x\n";
  CHECK(boot("") == "root=/dev/sda2 quiet");
  CHECK_THAT(people.take(),
             Catch::Contains("it has no default that can be booted; \"entries http://server/menu\""));
}

TEST_CASE_METHOD(Fixture, "session: a kernel's URL is asked for once") {
  boot("http://server/vmlinuz");
  CHECK(fetcher.probed.empty());
  CHECK(fetcher.fetched == Strings{"http://server/vmlinuz"});
}
