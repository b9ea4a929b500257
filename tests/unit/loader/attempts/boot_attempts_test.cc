#include "loader/attempts/boot_attempts.h"

#include <csignal>

#include <catch2/catch.hpp>

#include "base/interrupt.h"
#include "tests/unit/fakes/fake_boot_state.h"
#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

namespace {

const Strings kLines = {"linux", "old"};

/// A machine that is started again and again; its medium stays.
struct Starts : Machine {
  Starts() : report(results.file(), people.file(), Report::Style::people) {
    settings.default_line = "linux | old";
    settings.tries = 2;
    settings.tries_store = "efi";
  }

  /// One start: what is booted, unless the power fails.
  std::string start() {
    BootAttempts attempts(resolver, report, [this](const std::string&, Resolver&) {
      return std::make_unique<FakeBootStateStore>(medium);
    });
    attempts.configure(settings);
    BootAttempts::Chosen chosen = attempts.choose(kLines);
    const std::string line = chosen.once ? *chosen.once : chosen.lines.front();
    attempts.prepare();
    attempts.record(line);
    return line;
  }

  /// The same with the power failing after so many bytes. True: it did.
  bool start_cut(std::size_t bytes) {
    medium.left = bytes;
    bool cut = false;
    try {
      start();
    } catch (const PowerCut&) {
      cut = true;
    }
    cut = cut || medium.left == 0;
    medium.left = SIZE_MAX;
    return cut;
  }

  BootState state() { return load_boot_state(medium); }

  FakeBootStateMedium medium;
  Settings settings;
  Report report;
};

/// A session whose default is kept count of on a disk.
struct Counting : Fixture {
  Counting() {
    mounter.disk("/dev/sda1").make_folder("kboot");
    configure({{"default", "linux | other"},
               {"other", "sda6:/vmlinuz other"},
               {"tries", "2"},
               {"tries.store", "/boot/kboot"}});
  }
  TemporaryFolder& disk() { return mounter.disk("/dev/sda1"); }
  std::string state() { return disk().read("kboot/kboot-state"); }
};

}  // namespace

TEST_CASE_METHOD(
    Starts, "boot attempts: after its tries a choice is passed over, then the next; then all begin anew") {
  Strings started;
  for (int i = 0; i < 6; ++i) started.push_back(start());
  CHECK(started == Strings{"linux", "linux", "old", "old", "linux", "linux"});
  CHECK_THAT(people.take(),
             Catch::StartsWith("linux: passed over, it was started 2 times and did not report success\n") &&
                 Catch::Contains("each of default= was tried in vain: all begin anew\n"));
}

TEST_CASE_METHOD(Starts, "boot attempts: what reports success has all its tries again") {
  for (int i = 0; i < 5; ++i) {
    CHECK(start() == "linux");
    medium.good = true;
  }
  CHECK(start() == "linux");
  CHECK(start() == "linux");
  CHECK(start() == "old");
  CHECK_FALSE(medium.good);
}

TEST_CASE_METHOD(Starts, "boot attempts: a label is booted once, and its report is not the choice's") {
  CHECK(start() == "linux");
  medium.asked = "rescue\n";
  CHECK(start() == "rescue");
  CHECK_FALSE(medium.asked);
  medium.good = true;
  CHECK(start() == "linux");
  CHECK(start() == "old");
}

TEST_CASE_METHOD(Starts, "boot attempts: garbage that asks for something is thrown away") {
  medium.asked = "/boot/vmlinuz init=/bin/sh";
  CHECK(start() == "linux");
  CHECK_FALSE(medium.asked);
  CHECK(people.take() == "kboot-once: not a label; ignored\n");
}

TEST_CASE_METHOD(Starts, "boot attempts: a medium that cannot be written to is told, and the boot goes on") {
  medium.failure = "No space left on device";
  medium.asked = "rescue";
  CHECK(start() == "linux");
  CHECK_THAT(people.take(), Catch::StartsWith("tries.store=efi: No space left on device\n"));
  // What cannot be taken back is not booted for ever.
  BootState asked{.once = "rescue"};
  medium.failure.clear();
  save_boot_state(medium, asked);
  medium.asked.reset();
  medium.failure = "Read-only file system";
  CHECK(start() == "linux");
}

TEST_CASE_METHOD(Starts, "boot attempts: a power cut at any byte neither loses nor doubles an attempt") {
  start();
  const FakeBootStateMedium one = medium;
  std::size_t bytes = 0;
  for (bool cut = true; cut; bytes += bytes < 256 ? 1 : 61) {  // the rest is padding
    medium = one;
    cut = start_cut(bytes);
    const unsigned count = state().attempts["linux"];
    if (count != 2 && !(cut && count == 1)) FAIL("after " << bytes << " bytes: " << count);
  }
  CHECK(bytes > BootStateMedium::kSlotSize);
}

TEST_CASE_METHOD(Starts, "boot attempts: a power cut at any byte neither loses nor doubles a report") {
  start();
  start();
  medium.good = true;
  const FakeBootStateMedium two = medium;
  std::size_t bytes = 0;
  for (bool cut = true; cut; bytes += 53) {
    medium = two;
    cut = start_cut(bytes);
    // Whenever it was: the next start still knows that linux works, and counts none but what was started.
    const unsigned begun = state().last == "linux" && !medium.good ? 1 : 0;
    if (start() != "linux") FAIL("after " << bytes << " bytes the report is lost");
    if (state().attempts["linux"] != begun + 1) FAIL("after " << bytes << " bytes the report is there twice");
  }
  CHECK(bytes > 2 * BootStateMedium::kSlotSize);
}

TEST_CASE_METHOD(Starts, "boot attempts: a power cut at any byte never makes `once` twice") {
  medium.asked = "rescue";
  const FakeBootStateMedium asked = medium;
  std::size_t bytes = 0;
  for (bool cut = true; cut; bytes += 53) {
    medium = asked;
    cut = start_cut(bytes);
    Strings started = {start(), start()};
    if (started[1] == "rescue") FAIL("after " << bytes << " bytes it is booted twice");
    // Not lost, either, as long as it was not consumed.
    if (bytes < BootStateMedium::kSlotSize && started[0] != "rescue") FAIL("after " << bytes << " bytes");
  }
  CHECK(bytes > 2 * BootStateMedium::kSlotSize);
}

TEST_CASE("boot attempts: a choice's key holds no secret and is not long") {
  CHECK(BootAttempts::key_of("linux single") == "linux single");
  CHECK(BootAttempts::key_of("http://me:secret@server/vmlinuz").find("secret") == std::string::npos);
  const std::string key = BootAttempts::key_of("/boot/vmlinuz " + std::string(500, 'x'));
  CHECK(key.size() <= 80);
  CHECK(key != BootAttempts::key_of("/boot/vmlinuz " + std::string(501, 'x')));
}

TEST_CASE_METHOD(Counting, "boot attempts: an attempt is on the disk before the kernel is started") {
  CHECK(boot("") == "root=/dev/sda2 quiet");
  CHECK(events == Events{"load", "connections end", "network down", "execute"});
  CHECK_THAT(state(), Catch::Contains(R"({"sequence":1,"attempts":{"linux":1},"last":"linux","once":""})"));
  CHECK(mounter.mounted().empty());
  CHECK(mounter.written == Strings{"/dev/sda1", "/dev/sda1"});
}

TEST_CASE_METHOD(Counting, "boot attempts: ^C at any step after the load comes too late") {
  Interrupt::install();
  persistent_log.there = true;
  const auto press = [] { std::raise(SIGINT); };
  SECTION("while the ssh clients go") {
    connection.meanwhile = press;
  }
  SECTION("while disks are released") {
    mounter.meanwhile = press;
  }
  SECTION("while the log is kept") {
    persistent_log.meanwhile = press;
  }
  SECTION("while the network goes down") {
    network.meanwhile = press;
  }
  CHECK(boot("") == "root=/dev/sda2 quiet");
  CHECK(events == Events{"load", "connections end", "network down", "execute"});
  CHECK_THAT(state(), Catch::Contains(R"("attempts":{"linux":1})"));
  CHECK(mounter.mounted().empty());
  CHECK_FALSE(Interrupt::requested());
  CHECK(persistent_log.written.size() == 1);
}

TEST_CASE_METHOD(Counting, "boot attempts: autoboot takes the next; typed, a label boots all the same") {
  boot("");
  boot("linux");
  CHECK(boot("") == "root=/dev/sda2 other");
  CHECK(boot("linux") == "root=/dev/sda2 quiet");
  disk().write("kboot/kboot-good");
  CHECK(boot("") == "root=/dev/sda2 quiet");
  CHECK_FALSE(disk().exists("kboot/kboot-good"));
}

TEST_CASE_METHOD(Counting, "boot attempts: what cannot be loaded is no attempt") {
  kexec.failure = "no";
  failure_of("");
  CHECK(state().empty());
}

TEST_CASE_METHOD(Counting, "boot attempts: a plan and a look write nothing") {
  boot("");
  boot("");
  mounter.written.clear();
  CHECK(session.run_line("plan ") == Status::usage);
  session.run_line("status");
  CHECK_THAT(results.take(), Catch::Contains("tries       2 each; linux: 2 without success\n"));
  session.run_line("once");
  CHECK(results.take() == "nothing is asked for once\n");
  CHECK(mounter.written.empty());
}

TEST_CASE_METHOD(Counting, "boot attempts: once boots a label once, before the default") {
  CHECK_THAT(failure_of("once /boot/vmlinuz"), Catch::Equals("/boot/vmlinuz: no such label\n"));
  CHECK(session.run_line("once a b") == Status::usage);
  CHECK(session.run_line("once -x") == Status::usage);
  CHECK(session.run_line("once other") == Status::done);
  session.run_line("once");
  CHECK(results.take() == "other\n");
  session.run_line("status");
  CHECK_THAT(results.take(), Catch::Contains("once        other, before the default\n"));
  CHECK(boot("") == "root=/dev/sda2 other");
  CHECK(boot("") == "root=/dev/sda2 quiet");
  session.run_line("once other");
  session.run_line("once --clear");
  CHECK(boot("") == "root=/dev/sda2 quiet");
}

TEST_CASE_METHOD(Counting, "boot attempts: a label asked for that cannot be loaded is asked for no more") {
  session.run_line("bad=sda6:/none");
  session.run_line("once bad");
  CHECK(boot("") == "root=/dev/sda2 quiet");
  CHECK_THAT(people.take(), Catch::Contains("bad: asked for, this once\n"));
  CHECK_THAT(state(), Catch::Contains(R"("once":"")"));
}

TEST_CASE_METHOD(Counting, "boot attempts: a store that is not there is told, and the boot goes on") {
  const auto told = [&](const std::string& store) {
    session.run_line("tries.store=" + store);
    people.take();
    CHECK(boot("") == "root=/dev/sda2 quiet");
    return people.take();
  };
  CHECK_THAT(told("/boot/none"), Catch::StartsWith("tries.store=/boot/none: no such file or directory\n"));
  CHECK_THAT(told("sdz9:/kboot"), Catch::StartsWith("tries.store=sdz9:/kboot: no such device\n"));
  CHECK_THAT(told("/boot/vmlinuz"), Catch::StartsWith("tries.store=/boot/vmlinuz: not a directory\n"));
  CHECK_THAT(told("http://server/x"),
             Catch::StartsWith("tries.store=http://server/x: neither efi nor a folder on a disk"));
  CHECK_THAT(told("//tmp"), Catch::StartsWith("tries.store=//tmp: neither efi nor a folder on a disk"));
}

TEST_CASE_METHOD(Fixture, "boot attempts: nothing is kept without a place for it") {
  CHECK(failure_of("once linux") == "tries.store= is not set: there is no place to remember it\n");
  CHECK(failure_of("once") == "tries.store= is not set: there is no place to remember it\n");
  boot("");
  CHECK(mounter.written.empty());
}
