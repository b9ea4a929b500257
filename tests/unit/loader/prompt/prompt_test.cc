#include "loader/prompt/prompt.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

TEST_CASE_METHOD(Fixture, "prompt: an entered line is run and remembered") {
  run_entered(session, history, "cd /etc");
  CHECK(directory_text(session.directory()) == "/etc");
  CHECK(history.lines() == Strings{"cd /etc"});
}

TEST_CASE_METHOD(Fixture,
                 "prompt: the lines of a paste are run one after the other, each shown at its prompt") {
  run_entered(session, history, "cd /etc\n\n  \nwc motd\r\necho x\n");
  CHECK(people.take() == "kboot: cd /etc\nkboot /etc: wc motd\nkboot /etc: echo x\n");
  CHECK(shell.lines == Strings{"wc motd", "echo x"});
  CHECK(history.lines() == Strings{"cd /etc", "wc motd", "echo x"});
}

TEST_CASE_METHOD(Fixture, "prompt: a paste ends at its first line that fails, and says what was left") {
  run_entered(session, history, "cd /nothing\necho x\necho y\n");
  CHECK(people.take() ==
        "kboot: cd /nothing\n/nothing: no such file or directory\nthe 2 lines behind it were not run\n");
  run_entered(session, history, "cd /nothing\necho x");
  CHECK_THAT(people.take(), Catch::EndsWith("\nthe last line was not run\n"));
  CHECK(shell.lines.empty());
  CHECK(history.lines() == Strings{"cd /nothing"});
}

TEST_CASE_METHOD(Fixture, "prompt: blank lines that are pasted do not boot the default") {
  run_entered(session, history, "\n\n");
  run_entered(session, history, " \r ");
  CHECK(events.empty());
  CHECK(history.lines().empty());
}

TEST_CASE_METHOD(Fixture, "prompt: a boot that another console was quicker to begin is no failed one here") {
  consoles = Consoles(run.path(), "tty1");
  Consoles other(run.path(), "ttyS0");
  configure({{"timeout", "5"}});
  Autoboot autoboot(consoles, Autoboot::Clock::now);
  autoboot.start(session.settings());

  std::optional<UniqueFd> lock = other.lock_boot("linux");
  run_unattended(session, autoboot);
  CHECK(people.take() == "ttyS0 is booting \"linux\"\n");
  CHECK(events.empty());
  CHECK(autoboot.notice() == "booting \"linux\" in 5 s, any key stops it");

  lock.reset();
  kexec.failure = "no";
  run_unattended(session, autoboot);
  CHECK_THAT(autoboot.notice().value_or(""), Catch::StartsWith("booting \"linux\" again in "));
}
