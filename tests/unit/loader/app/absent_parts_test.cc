#include <catch2/catch.hpp>

#include "loader/attempts/absent_booted_entry.h"
#include "loader/attempts/absent_firmware_boot.h"
#include "loader/consoles/absent_connection.h"
#include "loader/handoff/absent_handoffs.h"
#include "loader/network/absent_clock.h"
#include "loader/prompt/menu/terminal_menu.h"
#include "loader/session/chroot.h"
#include "loader/session/ssh_server.h"
#include "loader/watchdog/absent_watchdog.h"
#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

namespace {

/// A machine whose kboot was built without the parts that can be left out.
struct SmallMachine : Machine {
  AbsentWatchdog absent_watchdog;
  AbsentClock absent_clock;
  AbsentConnection absent_connection;
  AbsentSshServer absent_server;
  AbsentSshSettings absent_settings;
  AbsentHandoffs absent_handoffs;
  AbsentPersistentLog absent_log;
  AbsentBootedEntry absent_entry;
  AbsentFirmwareBoot absent_firmware;
  AbsentTrees absent_trees;
  Report report{results.file(), people.file(), Report::Style::people};
  Session session{
      {resolver,     kexec,           network,         absent_connection, absent_clock,  shell,
       absent_trees, consoles,        keyboard,        password_guard,    history,       absent_watchdog,
       absent_entry, absent_firmware, absent_handoffs, absent_log,        absent_server, absent_settings,
       ledger,       published,       commands()},
      report,
      Place::loader,
      Mode::real};

  std::string said(std::string_view line) {
    session.run_line(line);
    return people.take();
  }
};

}  // namespace

TEST_CASE_METHOD(SmallMachine, "absent parts: a setting of one is taken, and says what it does not do") {
  CHECK_THAT(said("watchdog=30"), Catch::Contains("watchdog: left out of this kboot; nothing resets"));
  CHECK_THAT(said("authorized_keys=/boot/keys"), Catch::Contains("authorized_keys: ssh is left out"));
  session.run_line("root=/dev/sda2");
  people.take();
  CHECK_THAT(said("firmware --setup"), Catch::Contains("not started by UEFI firmware"));
  CHECK_THAT(said("chroot true"), Catch::Contains("chroot: left out of this kboot"));
}

TEST_CASE_METHOD(SmallMachine, "absent parts: a boot goes on without them") {
  session.run_line("handoff=true");
  CHECK_THROWS_AS(session.run_line("sda6:/vmlinuz root=/dev/sda2"), MachineIsGone);
  CHECK(events == Events{"load", "network down", "execute"});
  CHECK(kexec.initrd.empty());
}

TEST_CASE_METHOD(SmallMachine, "absent parts: there is no menu to open, and nobody to log in") {
  CHECK_THROWS_WITH(make_absent_menu(session), "menu: left out of this kboot");
  session.run_line("default=x");
  absent_settings.configure(session);
  CHECK(people.take().empty());
  CHECK_FALSE(absent_server.runs());
  CHECK_FALSE(absent_log.is_there());
  CHECK_FALSE(absent_watchdog.state());
}

TEST_CASE("absent parts: a clock that is wrong stays so") {
  AbsentClock clock;
  CHECK(clock.now() > 1'000'000'000);
  CHECK_THROWS_WITH(clock.set(1), "left out of this kboot");
  CHECK_THROWS_WITH(clock.set_by_ntp("server"), "left out of this kboot");
  clock.mend({{"server"}, [] { return 0; }, [](const std::string&) { FAIL("told"); }, {}});
}
