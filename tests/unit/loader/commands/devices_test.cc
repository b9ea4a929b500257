#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

TEST_CASE_METHOD(Fixture, "devices: each with what can be pasted as a path's beginning below it") {
  const std::string uuid = "6b1a5f2e-0b0c-4d52-9a53-0b2f3f6f1a01";
  mounter.add({.node = "/dev/sdb", .size = 32ULL << 30U, .partitioned = true});
  mounter.add({.node = "/dev/sdb1",
               .size = 512ULL << 20U,
               .type = "vfat",
               .label = "EFI",
               .uuid = "1234-ABCD",
               .partuuid = "aaaa-01",
               .partlabel = "EFI system partition"});
  mounter.add({.node = "/dev/sdb2", .size = 1, .type = "ext4", .uuid = uuid, .partlabel = "data"});
  mounter.add({.node = "/dev/sdb3", .size = 1024, .partuuid = "aaaa-03", .partlabel = std::string(34, 'x')});
  mounter.add({.node = "/dev/sdb4", .size = 1024, .uuid = uuid, .partlabel = std::string(34, 'x')});
  mounter.add({.node = "/dev/sdc", .size = 1ULL << 40U});
  mounter.add({.node = "/dev/sr0", .no_medium = true});
  session.run_line("ls /boot");
  results.take();
  CHECK(session.run_line("devices") == Status::done);
  CHECK(results.take() ==
        "DEVICE  SIZE     TYPE       LABEL  MOUNTED\n"
        "sda1    0 bytes  ext4              /boot\n"
        "    UUID=1111\n"
        "sda2    0 bytes  ext4       root   /\n"
        "    UUID=2222\n"
        "sda6    0 bytes  ext4\n"
        "    UUID=6666\n"
        "sdb     32 GiB   disk\n"
        "sdb1    512 MiB  vfat       EFI\n"
        "    UUID=1234-ABCD\n"
        "sdb2    1 byte   ext4\n"
        "    UUID=6b1a5f2e-0b0c-4d52-9a53-0b2f3f6f1a01  PARTLABEL=data\n"
        "sdb3    1 KiB\n"
        "    PARTUUID=aaaa-03  PARTLABEL=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
        "sdb4    1 KiB\n"
        "    UUID=6b1a5f2e-0b0c-4d52-9a53-0b2f3f6f1a01\n"
        "    PARTLABEL=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
        "sdc     1 TiB\n"
        "sr0              no medium\n");
}

TEST_CASE_METHOD(Fixture, "devices: what is made of others stands below them") {
  mounter.add({.node = "/dev/sdb", .partitioned = true});
  mounter.add({.node = "/dev/sdb1", .type = "linux_raid_member", .parents = {"/dev/sdb"}});
  mounter.add({.node = "/dev/sdc", .type = "linux_raid_member"});
  mounter.add({.node = "/dev/sdd", .type = "crypto_LUKS"});
  mounter.add({.node = "/dev/md0", .type = "crypto_LUKS", .parents = {"/dev/sdb1", "/dev/sdc"}});
  mounter.add({.node = "/dev/mapper/root", .type = "ext4", .uuid = "7777", .parents = {"/dev/md0"}});
  session.run_line("devices");
  CHECK_THAT(results.take(), Catch::EndsWith("sdb                0 bytes  disk\n"
                                             "  sdb1             0 bytes  linux_raid_member\n"
                                             "    md0            0 bytes  crypto_LUKS (open)\n"
                                             "      mapper/root  0 bytes  ext4\n"
                                             "          UUID=7777\n"
                                             "sdc                0 bytes  linux_raid_member (in md0)\n"
                                             "sdd                0 bytes  crypto_LUKS (locked)\n"));
}

TEST_CASE_METHOD(DryRun, "devices: as JSON, with all that is known") {
  mounter.add({.node = "/dev/sdb", .size = 32ULL << 30U, .partitioned = true});
  mounter.add({.node = "/dev/sdb5", .size = 1024, .partitioned = true, .partuuid = "aaaa-05"});
  json("ls sda6:");
  const nlohmann::json devices = json("devices")["devices"];
  REQUIRE(devices.size() == 5);
  CHECK(devices[2]["mounted"] == "sda6:/");
  CHECK(devices[3] == nlohmann::json{{"device", "sdb"},
                                     {"size", 32ULL << 30U},
                                     {"type", "disk"},
                                     {"label", ""},
                                     {"uuid", ""},
                                     {"partuuid", ""},
                                     {"partlabel", ""},
                                     {"mounted", ""},
                                     {"parents", ""},
                                     {"state", ""}});
  CHECK(devices[4]["type"] == "extended");
}

TEST_CASE_METHOD(Fixture, "devices: labels cannot send the terminal commands") {
  mounter.add({.node = "/dev/sdb1", .type = "vfat", .label = "\x1b[2J", .partlabel = "\x1b[2J"});
  session.run_line("devices");
  CHECK(results.take().find('\x1b') == std::string::npos);
}

TEST_CASE_METHOD(Fixture, "devices: takes no arguments, and is not there when restricted") {
  CHECK(session.run_line("devices sda") == Status::usage);
  configure({{"restricted", "true"}});
  CHECK(session.run_line("devices") == Status::failed);
}

TEST_CASE_METHOD(Fixture, "devices: says which controller has no driver") {
  mounter.controllers_without_driver = {{kDiskController, "0000:04:00.0", "1000:0097"}};
  CHECK(session.run_line("devices") == Status::done);
  CHECK(people.take() == "no driver here for the disk controller 1000:0097 at 0000:04:00.0\n");
}
