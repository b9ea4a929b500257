#include "loader/session/credentials.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

namespace {

struct Asked : Fixture {
  TemporaryFolder root;
  Credentials credentials{session, keyboard, root.path()};

  std::string key_text(int wrong) {
    return std::string(credentials.passphrase("/dev/sda3", wrong).value().reveal());
  }
};

}  // namespace

TEST_CASE_METHOD(Asked,
                 "credentials: the file's key opens a volume, and when it does not, the person is asked") {
  mounter.disk("/dev/sda6").write("key", std::string("\0key\n", 5));
  session.assign("luks.key", "sda6:/key");
  keyboard.secrets = {"typed"};
  CHECK(key_text(0) == std::string("\0key\n", 5));
  CHECK(keyboard.asked == 0);
  CHECK(key_text(1) == "typed");
  CHECK(people.take() == "/dev/sda3: that does not open it\n");
}

TEST_CASE_METHOD(Asked, "credentials: a key that cannot be read is told, and the person is asked") {
  session.assign("luks.key", "sda6:/none");
  keyboard.secrets = {"typed"};
  CHECK(key_text(0) == "typed");
  CHECK(people.take() == "luks.key=sda6:/none: no such file or directory\n");
  CHECK_THROWS_AS(credentials.passphrase("/dev/sda3", 0), Cancelled);
}

TEST_CASE_METHOD(Asked, "credentials: nobody is an iSCSI user until the target wants one") {
  CHECK_FALSE(credentials.iscsi_user("iqn.x:disk", 0));
  keyboard.secrets = {"me", "open sesame"};
  CHECK(credentials.iscsi_user("iqn.x:disk", 1) == IscsiUser{"me", "open sesame"});
  CHECK(people.take() == "iqn.x:disk wants a user and a secret; neither is shown\n");
  keyboard.secrets = {""};
  CHECK_FALSE(credentials.iscsi_user("iqn.x:disk", 2));
  CHECK(people.take() == "iqn.x:disk wants a user and a secret, other ones; neither is shown\n");
}

TEST_CASE_METHOD(Asked,
                 "credentials: the iSCSI user of a file comes first, and is not shown when it is none") {
  mounter.disk("/dev/sda6").write("user", "me open sesame\n");
  mounter.disk("/dev/sda6").write("half", "sesame\n");
  session.assign("iscsi.user", "sda6:/user");
  CHECK(credentials.iscsi_user("iqn.x:disk", 0) == IscsiUser{"me", "open sesame"});
  session.assign("iscsi.user", "sda6:/half");
  CHECK_THROWS_WITH(credentials.iscsi_user("iqn.x:disk", 0), !Catch::Contains("sesame"));
}

TEST_CASE_METHOD(Asked, "credentials: the initiator's name is the first that is given") {
  CHECK_THROWS_WITH(credentials.iscsi_name(), Catch::Contains("iscsi.initiator="));
  network.all_links.emplace_back().mac = "52:54:00:12:34:56";
  CHECK(credentials.iscsi_name() == "iqn.2005-10.net.sourceforge.kboot:525400123456");
  initiator.left_by_firmware.initiator = "iqn.x:firmware";
  CHECK(credentials.iscsi_name() == "iqn.x:firmware");
  root.write("etc/iscsi/initiatorname.iscsi", "# ours\nInitiatorName=iqn.x:file\n");
  CHECK(credentials.iscsi_name() == "iqn.x:file");
  session.assign("iscsi.initiator", "iqn.x:typed");
  CHECK(credentials.iscsi_name() == "iqn.x:typed");
  session.assign("iscsi.initiator", "iqn.x:typed quiet");
  CHECK_THROWS_WITH(credentials.iscsi_name(), "iscsi.initiator: not an initiator's name: iqn.x:typed quiet");
}

TEST_CASE_METHOD(Asked,
                 "credentials: the way to a key file activates nothing, so the key is asked for once") {
  mounter.add({.node = "/dev/sda3", .type = "crypto_LUKS", .uuid = "3333"});
  std::string opened_with;
  const auto open_volume = [&] { opened_with = key_text(0); };
  for (const char* key : {"LABEL=STICK:/key", "vg/keys:/key", "mapper/keys:/key", "UUID=aaaa:/key"}) {
    INFO(key);
    session.assign("luks.key", key);
    keyboard.secrets = {"typed"};
    volumes.steps = {open_volume};
    volumes.asked.clear();
    CHECK_THROWS_WITH(resolver.device_node("UUID=ffff"), "no such device");
    CHECK(opened_with == "typed");
    CHECK(volumes.asked == Strings{"UUID=ffff", "UUID=ffff"});
    CHECK_THAT(people.take(), Catch::StartsWith(std::string("luks.key=") + key + ": "));
  }
}

TEST_CASE_METHOD(Asked, "credentials: a user's file on the disk that wants the user is no way in") {
  initiator.nodes["iqn.x:disk"] = "/dev/sda6";
  session.assign("iscsi.user", "iscsi:server:::1:iqn.x:disk:/user");
  CHECK_FALSE(credentials.iscsi_user("iqn.x:disk", 0));
  CHECK_THAT(people.take(), Catch::Contains("no disk of another machine is attached to read a key"));
  CHECK(initiator.sessions().empty());
}

TEST_CASE_METHOD(Asked, "credentials: a key's file system is mounted for reading, whatever mount_rw says") {
  mounter.disk("/dev/sda6").write("key", "k");
  session.assign("luks.key", "sda6:/key");
  session.assign("mount_rw", "true");
  CHECK(key_text(0) == "k");
  REQUIRE_FALSE(mounter.mounts.empty());
  CHECK(mounter.mounts.back().access == Access::read_only);
  CHECK(resolver.booted_root().access == Access::read_write);
}
