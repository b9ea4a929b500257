#include "loader/completion.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

TEST_CASE_METHOD(Fixture, "completion: labels, commands and devices at the beginning, files in all trees") {
  CHECK(complete(session, "", "lin") == Strings{"linux"});
  CHECK(complete(session, "", "powe") == Strings{"poweroff"});
  CHECK(complete(session, "plan ", "lin") == Strings{"linux"});
  CHECK(complete(session, "", "sda6") == Strings{"sda6:"});
  CHECK(complete(session, "", "/boot/v") == Strings{"/boot/vmlinuz"});
  CHECK(complete(session, "/boot/vmlinuz ", "initrd=/boot/initrd.img,sda6:/d/") ==
        Strings{"initrd=/boot/initrd.img,sda6:/d/x"});
  CHECK(complete(session, "cat ", "sda6:") == Strings{"sda6:d/", "sda6:short", "sda6:text", "sda6:vmlinuz"});
  CHECK(complete(session, "cd ", "sda6:/") == Strings{"sda6:/d/"});
  CHECK(complete(session, "", "/nothing/x").empty());
  CHECK(complete(session, "", "http://server/v").empty());
}

TEST_CASE_METHOD(Fixture, "completion: in restricted mode only labels and the commands that are left") {
  session.run_line("restricted=true");
  CHECK(complete(session, "", "") == Strings{"help", "linux", "poweroff", "reboot", "status", "unlock"});
  CHECK(complete(session, "", "/boot/").empty());
  CHECK(complete(session, "help ", "/etc/").empty());
}
