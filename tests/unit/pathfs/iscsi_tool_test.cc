#include "pathfs/iscsi_tool.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;
using kboot::test::TemporaryFolder;

TEST_CASE("iscsi: an address as RFC 4173 has it") {
  CHECK(parse_iscsi_address("10.0.0.1::::iqn.2026-01.org.example:disk:1") ==
        IscsiAddress{"10.0.0.1", 3260, 0, "iqn.2026-01.org.example:disk:1"});
  CHECK(parse_iscsi_address("[2001:db8::1]:6:860:1:eui.02004567A425678D") ==
        IscsiAddress{"2001:db8::1", 860, 1, "eui.02004567A425678D"});
  CHECK(parse_iscsi_address("host:::4002-3A4F-6b7e-2F99:iqn.x").lun == 2);
  CHECK(parse_iscsi_address("host:::1f:iqn.x").lun == 31);
}

TEST_CASE("iscsi: what is no address says so") {
  for (const char* text : {"", "host", "::::iqn.x", "host::::", "-h::::iqn.x", "host::::-x", "h h::::iqn.x",
                           "host::::iqn x", "host::::iqn'x", "host:17:::iqn.x", "host::0::iqn.x",
                           "host::65536::iqn.x", "host::port::iqn.x", "host:::10000:iqn.x", "host:::g:iqn.x"})
    CHECK_THROWS_AS(parse_iscsi_address(text), Error);
}

TEST_CASE("iscsi: a user's file") {
  CHECK(parse_iscsi_user("me  open sesame \nmore\n") == IscsiUser{"me", "open sesame"});
  CHECK_THROWS_AS(parse_iscsi_user("me\n"), Error);
  CHECK_THROWS_AS(parse_iscsi_user(""), Error);
}

TEST_CASE("iscsi: sessions and their disks, as sysfs has them") {
  TemporaryFolder sys;
  sys.write("class/iscsi_session/session3/targetname", "iqn.x:disk\n");
  sys.write("class/iscsi_session/session3/initiatorname", "iqn.x:me\n");
  sys.make_folder("class/iscsi_session/session3/device/connection3:0");
  sys.write("class/iscsi_connection/connection3:0/address", "10.0.0.1\n");
  sys.write("class/iscsi_connection/connection3:0/port", "3260\n");
  sys.make_folder("class/iscsi_session/session3/device/target2:0:0/2:0:0:0");
  sys.make_folder("class/iscsi_session/session3/device/target2:0:0/2:0:0:1/block/sda");
  sys.make_folder("class/iscsi_session/session3/device/target2:0:0/power");
  sys.write("class/iscsi_session/session4/targetname", "iqn.x:left\n");

  const std::vector<IscsiSession> sessions = read_iscsi_sessions(sys.path());
  REQUIRE(sessions.size() == 2);
  CHECK(sessions[0].target == "iqn.x:disk");
  CHECK(sessions[0].server == "10.0.0.1");
  CHECK(sessions[0].port == 3260);
  CHECK(sessions[0].initiator == "iqn.x:me");
  CHECK(sessions[0].disks == std::vector<IscsiDisk>{{1, "/dev/sda"}});
  CHECK(sessions[0].units.size() == 2);
  CHECK(sessions[0].scan == sys.path("class/scsi_host/session3/scan"));
  CHECK(sessions[1].units.empty());
  CHECK(read_iscsi_sessions("/nonexistent").empty());
}

TEST_CASE("iscsi: what the firmware left") {
  TemporaryFolder sys;
  sys.write("firmware/ibft/initiator/initiator-name", "iqn.x:me\n");
  sys.write("firmware/ibft/target0/ip-addr", "10.0.0.1\n");
  sys.write("firmware/ibft/target0/port", "860\n");
  sys.write("firmware/ibft/target0/lun", "01f000000\n");
  sys.write("firmware/ibft/target0/target-name", "iqn.x:disk\n");
  sys.write("firmware/ibft/target0/chap-name", "me\n");
  sys.write("firmware/ibft/target0/chap-secret", "open sesame\n");
  sys.make_folder("firmware/ibft/target1");
  CHECK(read_iscsi_firmware(sys.path()) ==
        IscsiFirmware{"iqn.x:me", {{{"10.0.0.1", 860, 31, "iqn.x:disk"}, {"me", "open sesame"}}}});
  CHECK(read_iscsi_firmware("/nonexistent") == IscsiFirmware{});
}

TEST_CASE("iscsi: what the firmware left goes on no command line as another argument") {
  const std::string bad =
      GENERATE(as<std::string>(), "iqn.x:me init=/bin/sh", "iqn.x:me\tquiet", "iqn.x\x1b[2J", "-x", "a\"b",
               "a,b", "iqn.x:me\nquiet", std::string(224, 'a'));
  TemporaryFolder sys;
  sys.write("firmware/ibft/initiator/initiator-name", bad + "\n");
  for (const std::string target : {"target0", "target1", "target2"}) {
    sys.write("firmware/ibft/" + target + "/ip-addr", (target == "target1" ? bad : "10.0.0.1") + "\n");
    sys.write("firmware/ibft/" + target + "/target-name", (target == "target2" ? bad : "iqn.x:disk") + "\n");
  }
  const IscsiFirmware firmware = read_iscsi_firmware(sys.path());
  CHECK(firmware.initiator.empty());
  // A line that long can still be the address of a server.
  CHECK(firmware.targets.size() == (bad.front() == 'a' && bad.size() > 200 ? 2 : 1));
  CHECK(firmware.targets.front().address.target == "iqn.x:disk");
  CHECK(is_iscsi_name("iqn.2003-01.org.linux-iscsi.host_x:sn.A1"));
  CHECK(is_iscsi_name("eui.02004567A425678D"));
  CHECK_FALSE(is_iscsi_name(""));
}

TEST_CASE("iscsi: why a login failed, in words") {
  const IscsiAddress address{"10.0.0.1", 3260, 0, "iqn.x"};
  CHECK(iscsi_failure("iscsistart: connect to 10.0.0.1:3260 failed (Connection refused)\n", address) ==
        "connection refused by 10.0.0.1 port 3260");
  CHECK(iscsi_failure("login rejected: initiator error - target not found (02/03)\n", address) ==
        "the server has no such target");
  CHECK(iscsi_failure("initiator reported error (8 - connection timed out)\n", address) ==
        "no answer from 10.0.0.1 port 3260");
  CHECK(iscsi_failure("initiator reported error (15 - session exists)\n", address) ==
        "not logged in: 15 - session exists");
  CHECK(iscsi_failure("", address) == "iscsistart ended without a reason");
}
