#include "loader/session/interpreter.h"

#include <catch2/catch.hpp>

#include "loader/session/restriction.h"
#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

namespace {

/// The parts that lines are looked up and booted by, without a session.
struct Parts : Machine {
  Report report{results.file(), people.file(), Report::Style::people};
  System all = system();
  SessionState state{Place::loader, Mode::dry_run};
  FetchPolicy fetch_policy{state, all, report};
  ShellBridge shell_bridge{state, all, fetch_policy, report};
  Booter booter{state, all, report};
  EntryLines entries{state, all, report, booter, shell_bridge};
  Interpreter interpreter{state, all, entries};
  Restriction restriction{state, all, report, interpreter};

  template <typename Kind>
  Kind boot_target(const Strings& words) {
    const Target found = interpreter.interpret(words);
    REQUIRE(std::holds_alternative<BootTarget>(found));
    REQUIRE(std::holds_alternative<Kind>(std::get<BootTarget>(found)));
    return std::get<Kind>(std::get<BootTarget>(found));
  }
};

}  // namespace

TEST_CASE_METHOD(Parts, "interpreter: commands and lines for the shell are told apart, and none is run") {
  const Target command = interpreter.interpret({"reboot", "now"});
  REQUIRE(std::holds_alternative<CommandCall>(command));
  CHECK(std::get<CommandCall>(command).command->name == "reboot");
  CHECK(std::get<CommandCall>(command).arguments == Strings{"now"});
  CHECK_FALSE(interpreter.find_boot({"reboot"}));

  const Target as_is = interpreter.interpret({"!ls", "/boot"});
  REQUIRE(std::holds_alternative<ShellCall>(as_is));
  CHECK(std::get<ShellCall>(as_is).as_is);
  const Target shell_line = interpreter.interpret({"wc", "/etc/motd"});
  REQUIRE(std::holds_alternative<ShellCall>(shell_line));
  CHECK_FALSE(std::get<ShellCall>(shell_line).as_is);
  CHECK(std::get<ShellCall>(shell_line).words == Strings{"wc", "/etc/motd"});
  CHECK(events.empty());
  CHECK(shell.lines.empty());
}

TEST_CASE_METHOD(Parts, "interpreter: a kernel, an entry's file, a boot entry and a device are found") {
  TemporaryFolder& disk = mounter.disk("/dev/sda6");
  disk.write("loader/entries/debian.conf", "linux /vmlinuz\noptions ro\n");

  const auto target = boot_target<KernelTarget>({"sda6:/vmlinuz", "quiet"});
  CHECK(target.words == Strings{"sda6:/vmlinuz", "quiet"});
  REQUIRE(target.file);
  CHECK(target.file->local_path == disk.path("vmlinuz"));
  CHECK_FALSE(target.entry);

  const auto entry_file = boot_target<KernelTarget>({"sda6:/loader/entries/debian.conf"});
  CHECK(entry_file.entry);
  CHECK_FALSE(entry_file.file);

  const auto entry = boot_target<EntryTarget>({"sda6#debian", "quiet"});
  REQUIRE(std::holds_alternative<ListedEntry>(entry.entry));
  CHECK(std::get<ListedEntry>(entry.entry).id == "sda6#debian");

  CHECK(boot_target<DeviceTarget>({"sda2"}).device == "sda2");
  CHECK(boot_target<DeviceTarget>({"UUID=2222", "x"}).words == Strings{"UUID=2222", "x"});
  CHECK(results.take().empty());
  CHECK_THROWS_WITH(interpreter.interpret({"sda6:/none"}), "sda6:/none: no such file or directory");
}

TEST_CASE_METHOD(Parts, "interpreter: the kernel that was found is booted, and is not looked for again") {
  state.directory = DevicePath{"sda6", "/"};
  const auto target = boot_target<KernelTarget>({"./vmlinuz", "quiet"});
  state.directory = KbootPath{"/"};
  booter.boot_kernel(target, "typed");
  CHECK(results.take() ==
        "kernel   ./vmlinuz  (/dev/sda6:/vmlinuz)\n"
        "cmdline  quiet\n"
        "origin   typed\n");
}

TEST_CASE_METHOD(Parts, "restriction: a session under it runs labels as they are and few commands") {
  const auto refused = [&](const Words& line) {
    CHECK_THROWS_WITH(restriction.allowed(line), Catch::StartsWith("restricted: only labels"));
  };
  const Strings words{"sda6:/vmlinuz", "quiet"};
  CHECK(std::holds_alternative<BootTarget>(restriction.allowed({words, "linux", false})));
  refused({words, "linux", true});
  refused({words, std::nullopt, false});
  refused({{"pwd"}, "label", false});
  CHECK(std::holds_alternative<CommandCall>(restriction.allowed({{"status"}, std::nullopt, false})));
  refused({{"status", "x"}, std::nullopt, false});
  refused({{"status"}, "label", false});
}
