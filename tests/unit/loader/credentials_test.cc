#include "loader/credentials.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

namespace {

struct Asked : Fixture {
  TemporaryFolder root;
  Credentials credentials{session, keyboard, root.path()};
};

}  // namespace

TEST_CASE_METHOD(Asked,
                 "credentials: the file's key opens a volume, and when it does not, the person is asked") {
  mounter.disk("/dev/sda6").write("key", std::string("\0key\n", 5));
  session.assign("luks.key", "sda6:/key");
  keyboard.secrets = {"typed"};
  CHECK(credentials.passphrase("/dev/sda3", 0) == std::string("\0key\n", 5));
  CHECK(keyboard.asked == 0);
  CHECK(credentials.passphrase("/dev/sda3", 1) == "typed");
  CHECK(people.take() == "/dev/sda3: that does not open it\n");
}

TEST_CASE_METHOD(Asked, "credentials: a key that cannot be read is told, and the person is asked") {
  session.assign("luks.key", "sda6:/none");
  keyboard.secrets = {"typed"};
  CHECK(credentials.passphrase("/dev/sda3", 0) == "typed");
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
  root.write("sys/firmware/ibft/initiator/initiator-name", "iqn.x:firmware\n");
  CHECK(credentials.iscsi_name() == "iqn.x:firmware");
  root.write("etc/iscsi/initiatorname.iscsi", "# ours\nInitiatorName=iqn.x:file\n");
  CHECK(credentials.iscsi_name() == "iqn.x:file");
  session.assign("iscsi.initiator", "iqn.x:typed");
  CHECK(credentials.iscsi_name() == "iqn.x:typed");
}
