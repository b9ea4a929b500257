#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

namespace {

BootOptions some_options() {
  BootOptions options;
  const auto add = [&](unsigned number, const char* title, std::uint32_t attributes) -> BootOption& {
    BootOption one;
    one.number = number;
    one.option.title = title;
    one.option.attributes = attributes;
    options.options.push_back(one);
    return options.options.back();
  };
  add(3, "ubuntu", 1).order = 1;
  BootOption& windows = add(0x1a, "Windows Boot Manager", 1);
  windows.order = 2;
  windows.option.partuuid = "01020304-0506-0708-090a-0b0c0d0e0f10";
  windows.option.path = "/EFI/Microsoft/Boot/bootmgfw.efi";
  add(0, "UiApp", 0x109);
  add(4, "old", 0);
  add(5, "old", 0);
  options.current = 3;
  options.next = 0x1a;
  return options;
}

struct Uefi : Fixture {
  Uefi() { firmware_boot.all = some_options(); }
};

struct DryUefi : DryRun {
  DryUefi() { firmware_boot.all = some_options(); }
};

}  // namespace

TEST_CASE_METHOD(Uefi, "firmware: lists the boot options in their order") {
  firmware_boot.all->diagnostics = {{"Boot0007", 0, "is no boot option"}};
  CHECK(session.run_line("firmware") == Status::done);
  CHECK(results.take() ==
        "ORDER  OPTION    STATE       TITLE\n"
        "1      Boot0003  current     ubuntu\n"
        "2      Boot001A  next        Windows Boot Manager\n"
        "       Boot0000  hidden app  UiApp\n"
        "       Boot0004  inactive    old\n"
        "       Boot0005  inactive    old\n");
  CHECK(people.take() == "Boot0007: is no boot option\n");
  CHECK(firmware_boot.asked.empty());
}

TEST_CASE_METHOD(DryUefi, "firmware: as JSON, with the files that they start") {
  const nlohmann::json listed = json("firmware");
  REQUIRE(listed["options"].size() == 5);
  const nlohmann::json& windows = listed["options"][1];
  CHECK(windows["order"] == "2");
  CHECK(windows["option"] == "Boot001A");
  CHECK(windows["state"] == "next");
  CHECK(windows["title"] == "Windows Boot Manager");
  CHECK(windows["partuuid"] == "01020304-0506-0708-090a-0b0c0d0e0f10");
  CHECK(windows["path"] == "/EFI/Microsoft/Boot/bootmgfw.efi");
}

TEST_CASE_METHOD(Uefi, "firmware: an option is started by its name, its title or its number") {
  const auto word = GENERATE(as<std::string>(), "windows-boot-manager", "WINDOWS-BOOT-MANAGER",
                             "Windows Boot Manager", "'windows boot manager'", "Boot001A", "001a", "1a");
  INFO(word);
  CHECK(session.run_line("firmware " + word) == Status::done);
  CHECK(firmware_boot.asked == "Boot001A");
  CHECK(people.take() == "the firmware starts Windows Boot Manager: the machine restarts\n");
  CHECK(shell.lines == Strings{"reboot"});
}

TEST_CASE_METHOD(Uefi, "firmware: a hidden option is started when it is named") {
  session.run_line("firmware uiapp");
  CHECK(firmware_boot.asked == "Boot0000");
}

TEST_CASE_METHOD(Uefi, "firmware: what names no option, or several, is an error") {
  CHECK_THAT(failure_of("firmware nothing"),
             Catch::Contains("nothing: no such boot option; \"firmware\" shows those that are there"));
  CHECK_THAT(failure_of("firmware 7"), Catch::Contains("7: no such boot option"));
  CHECK_THAT(failure_of("firmware 0000A"), Catch::Contains("no such boot option"));
  CHECK_THAT(failure_of("firmware old"),
             Catch::Contains("old: 2 boot options have this title; name one by its number"));
  CHECK(session.run_line("firmware --clear") == Status::usage);
  CHECK(session.run_line("firmware --setup now") == Status::usage);
  CHECK(firmware_boot.asked.empty());
  CHECK(shell.lines.empty());
}

TEST_CASE_METHOD(Uefi, "firmware: --setup opens the set-up at the restart, where the firmware offers that") {
  CHECK_THAT(failure_of("firmware --setup"),
             Catch::Contains("this firmware does not open its set-up when a system asks for it"));
  CHECK(shell.lines.empty());
  firmware_boot.all->has_setup = true;
  people.take();
  CHECK(session.run_line("firmware --setup") == Status::done);
  CHECK(firmware_boot.asked == "set-up");
  CHECK(people.take() == "the firmware opens its set-up: the machine restarts\n");
  CHECK(shell.lines == Strings{"reboot"});
}

TEST_CASE_METHOD(DryUefi, "firmware: a dry run sets nothing") {
  firmware_boot.all->has_setup = true;
  CHECK(json("firmware ubuntu")["output"] == "the firmware starts ubuntu: the machine restarts\n");
  CHECK(json("firmware --setup")["output"] == "the firmware opens its set-up: the machine restarts\n");
  CHECK(firmware_boot.asked.empty());
  CHECK(shell.lines.empty());
}

TEST_CASE_METHOD(Fixture, "firmware: a machine without UEFI says so") {
  for (const char* line : {"firmware", "firmware ubuntu", "firmware --setup"})
    CHECK_THAT(
        failure_of(line),
        Catch::Contains("this machine was not started by UEFI firmware, so there are no boot options of it"));
}

TEST_CASE_METHOD(Uefi, "firmware: in restricted mode it is not there") {
  configure({{"restricted", "true"}});
  for (const char* line : {"firmware", "firmware ubuntu", "firmware --setup"})
    CHECK(session.run_line(line) == Status::failed);
  CHECK(firmware_boot.asked.empty());
}
