#include "loader/handoff/handoff.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/process.h"
#include "loader/boot/archive.h"
#include "loader/boot/boot_plan.h"
#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

namespace {

std::vector<LuksKey> one_key(const std::string& name) {
  std::vector<LuksKey> keys;
  keys.push_back({"1234-abcd", name, SecretText(std::string("open sesame"))});
  return keys;
}

std::vector<Link> one_link() {
  Link link;
  link.name = "eth0";
  link.mac = "52:54:00:12:34:56";
  link.up = true;
  link.addresses = {"fe80::1/64", "10.0.2.15/24"};
  link.lease = Lease{.address = "10.0.2.15/24", .router = "10.0.2.2 10.0.2.3", .hostname = "web1"};
  return {link};
}

const std::vector<std::string> kNameservers = {"2001:db8::53", "10.0.2.3"};

}  // namespace

TEST_CASE("handoff: a key is a file for the volume's own name and for the one it was opened by") {
  const Handoff own = hand_keys(one_key("luks-1234-abcd"));
  REQUIRE(own.files.size() == 1);
  CHECK(own.files[0].path == "etc/cryptsetup-keys.d/luks-1234-abcd.key");
  CHECK(own.files[0].contents.reveal() == "open sesame");
  CHECK(own.arguments.empty());

  const Handoff both = hand_keys(one_key("root"));
  REQUIRE(both.files.size() == 2);
  CHECK(both.files[1].path == "etc/cryptsetup-keys.d/root.key");
}

TEST_CASE("handoff: a name that leads elsewhere is no file's") {
  CHECK(hand_keys(one_key("../shadow")).files.size() == 1);
  CHECK(hand_keys(one_key("a\nb")).files.size() == 1);
}

TEST_CASE("handoff: the lease goes into ip= when the root is on a server") {
  const Handoff handoff = hand_network("root=/dev/nfs nfsroot=10.0.2.2:/srv ro", one_link(), kNameservers);
  CHECK(handoff.arguments ==
        std::vector<std::string>{"ip=10.0.2.15::10.0.2.2:255.255.255.0:web1::off:10.0.2.3:",
                                 "BOOTIF=01-52-54-00-12-34-56"});
  CHECK(handoff.files.empty());
}

TEST_CASE("handoff: no ip= where none is needed, or one was given") {
  CHECK(hand_network("root=/dev/sda2 ro", one_link(), kNameservers).arguments.empty());
  CHECK(hand_network("root=/dev/nfs ip=dhcp", one_link(), kNameservers).arguments.empty());
  CHECK(hand_network("root=/dev/nfs", {}, kNameservers).arguments.empty());
}

TEST_CASE("handoff: an address with a NUL in it is none") {
  std::vector<Link> links = one_link();
  links[0].addresses = {std::string("10.0.2.1\0 x/24", 14)};
  CHECK(hand_network("root=/dev/nfs", links, {}).arguments.empty());
}

TEST_CASE("handoff: what a server says cannot become another field or word") {
  std::vector<Link> links = one_link();
  links[0].lease->hostname = "a init=/bin/sh";
  links[0].lease->router = "1.2.3.4:x";
  CHECK(hand_network("root=/dev/nfs", links, {}).arguments[0] == "ip=10.0.2.15:::255.255.255.0:::off::");
}

TEST_CASE("handoff: the archive holds the files for root alone") {
  const UniqueFd archive = pack_files(hand_keys(one_key("root")).files);
  const ProcessResult listed =
      run_captured({"/bin/cpio", "-tv", "--quiet", "-F", "/proc/self/fd/" + std::to_string(archive.get())},
                   {.inherited = {archive.get()}});
  INFO(listed.output);
  CHECK(listed.status == 0);
  CHECK_THAT(listed.output,
             Catch::Matchers::Matches("drwxr-xr-x.* etc\n"
                                      "drwx------.* etc/cryptsetup-keys.d\n"
                                      "-r--------.* 11 .* etc/cryptsetup-keys.d/luks-1234-abcd.key\n"
                                      "-r--------.* 11 .* etc/cryptsetup-keys.d/root.key\n"));
}

TEST_CASE_METHOD(Fixture, "handoff: without the setting nothing is handed over") {
  volumes.open_with = one_key("root");
  boot("/boot/vmlinuz initrd=/boot/initrd.img");
  CHECK(kexec.initrd == "abcde");
}

TEST_CASE_METHOD(Fixture, "handoff: the keys follow the initrds, the command line has none of them") {
  volumes.open_with = one_key("root");
  session.run_line("handoff=true");
  const std::string cmdline = boot("/boot/vmlinuz initrd=/boot/initrd.img");
  CHECK_THAT(kexec.initrd, Catch::StartsWith(std::string("abcde\0\0\0"
                                                         "070701",
                                                         14)));
  CHECK_THAT(kexec.initrd, Catch::Contains("open sesame"));
  CHECK(cmdline == "root=/dev/sda2");
  CHECK(people.take().find("sesame") == std::string::npos);
}

TEST_CASE_METHOD(Fixture, "handoff: a kernel without an initrd gets no key") {
  volumes.open_with = one_key("root");
  session.run_line("handoff=true");
  boot("/boot/vmlinuz");
  CHECK(kexec.initrd.empty());
}

TEST_CASE_METHOD(DryRun, "handoff: the plan names the files, not the keys") {
  session.run_line("handoff=true");
  volumes.open_with = one_key("root");
  const nlohmann::json plan = json("/boot/vmlinuz initrd=/boot/initrd.img");
  CHECK(plan["handoff"] == nlohmann::json::array({"/etc/cryptsetup-keys.d/luks-1234-abcd.key",
                                                  "/etc/cryptsetup-keys.d/root.key", "/kboot.log"}));
  CHECK(plan.dump().find("sesame") == std::string::npos);
}

TEST_CASE_METHOD(Fixture, "handoff: mount_rw typed takes down what was there for reading only") {
  session.run_line("ls /boot");
  REQUIRE_FALSE(mounter.mounted().empty());
  session.run_line("mount_rw=true");
  CHECK(mounter.mounted().empty());
  CHECK(volumes.releases == 1);
  session.run_line("mount_rw=true");
  CHECK(volumes.releases == 1);
}

TEST_CASE("handoff: an iSCSI login in the words of each initramfs, the secret in a file") {
  FakeInitiator initiator;
  initiator.nodes["iqn.x:disk"] = "/dev/sdb";
  initiator.attach({"10.0.0.1", 3260, 18, "iqn.x:disk"});
  const Handoff open = hand_iscsi("quiet", initiator);
  CHECK(open.arguments == std::vector<std::string>{"iscsi_initiator=iqn.x:me", "iscsi_target_name=iqn.x:disk",
                                                   "iscsi_target_ip=10.0.0.1", "iscsi_target_port=3260",
                                                   "rd.iscsi.initiator=iqn.x:me",
                                                   "netroot=iscsi:10.0.0.1::3260:12:iqn.x:disk"});
  CHECK(open.files.empty());

  initiator.users["iqn.x:disk"] = {"me", "it's $secret"};
  const Handoff chap = hand_iscsi("quiet", initiator);
  CHECK(chap.arguments == open.arguments);
  REQUIRE(chap.files.size() == 1);
  CHECK(chap.files[0].path == "etc/iscsi.initramfs");
  CHECK(chap.files[0].contents.reveal() == "ISCSI_USERNAME=me\nISCSI_PASSWORD='it'\\''s $secret'\n");

  CHECK(hand_iscsi("netroot=iscsi:10.0.0.2::::iqn.y", initiator).arguments.empty());
  initiator.log_out("iqn.x:disk");
  CHECK(hand_iscsi("quiet", initiator).arguments.empty());

  // What the firmware's table or a server says is never more than one word.
  initiator.nodes["iqn.x:disk init=/bin/sh"] = "/dev/sdc";
  initiator.attach({"10.0.0.1", 3260, 0, "iqn.x:disk init=/bin/sh"});
  CHECK(hand_iscsi("quiet", initiator).arguments.empty());
}
