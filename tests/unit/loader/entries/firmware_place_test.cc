// The place `firmware`: the boot options of the machine's own firmware.
#include <catch2/catch.hpp>

#include "base/error.h"
#include "loader/entries/boot_places.h"
#include "loader/entries/device_scan.h"
#include "tests/unit/fakes/fake_fetcher.h"
#include "tests/unit/fakes/fake_initiator.h"
#include "tests/unit/fakes/fake_machine_facts.h"
#include "tests/unit/fakes/fake_mounter.h"
#include "tests/unit/fakes/fake_volumes.h"

using namespace kboot;        // NOLINT(google-build-using-namespace)
using namespace kboot::test;  // NOLINT(google-build-using-namespace)
using Kind = SourceEntry::Kind;

namespace {

constexpr std::uint32_t kActive = LoadOption::kActive;

BootOption option(unsigned number, const std::string& title, std::uint32_t attributes = kActive) {
  BootOption one;
  one.number = number;
  one.option.title = title;
  one.option.attributes = attributes;
  return one;
}

/// A machine that was started by UEFI, whose firmware has a set-up, Windows and two systems of one title.
struct UefiMachine {
  FakeMounter mounter;
  FakeFetcher fetcher;
  FakeVolumes volumes;
  FakeInitiator initiator;
  Resolver resolver{mounter, fetcher, volumes, initiator};
  FakeMachineFacts machine;

  UefiMachine() {
    machine.started_by = Firmware::uefi;
    std::vector<BootOption>& all = machine.options.options;
    all = {option(9, "UEFI Shell", kActive | LoadOption::kCategoryApp),
           option(3, "ubuntu"),
           option(1, "Windows Boot Manager"),
           option(2, "off", 0),
           option(0, "UiApp", kActive | LoadOption::kCategoryApp | LoadOption::kHidden),
           option(4, "ubuntu"),
           option(5, "")};
    for (std::size_t i = 0; i < 3; ++i) all[i].order = static_cast<unsigned>(i + 1);
  }
  EntryList list() {
    const auto place = find_place("firmware", resolver, KbootPath{"/"}, machine);
    REQUIRE(place);
    CHECK(place->name == "firmware");
    return list_place(*place, resolver, machine);
  }
};

}  // namespace

TEST_CASE_METHOD(UefiMachine, "firmware place: the options that the firmware's own menu offers are entries") {
  machine.options.diagnostics = {{"Boot0007", 0, "is no boot option"}};
  const EntryList all = list();
  std::vector<std::string> ids;
  for (const ListedEntry& entry : all.entries) {
    ids.push_back(entry.id);
    CHECK(entry.format == "firmware");
    CHECK(entry.entry.kind == Kind::firmware);
    CHECK(entry.entry.why.empty());
  }
  CHECK(ids == std::vector<std::string>{"firmware#uefi-shell", "firmware#ubuntu",
                                        "firmware#windows-boot-manager", "firmware#ubuntu-2",
                                        "firmware#boot0005"});
  CHECK(all.entries[1].entry.title == "ubuntu");
  CHECK(all.entries[1].entry.file.str() == "firmware:/Boot0003");
  CHECK(boot_option_of(all.entries[1].entry) == 3U);
  REQUIRE(all.sources.size() == 1);
  // An app is never started by itself.
  CHECK(all.sources[0].default_id == "firmware#ubuntu");
  REQUIRE(all.sources[0].diagnostics.size() == 1);
  CHECK(all.sources[0].diagnostics[0].str() == "firmware:/Boot0007: is no boot option");
}

TEST_CASE_METHOD(UefiMachine, "firmware place: auto boots none of its entries") {
  CHECK(default_entry(list()) == nullptr);
}

TEST_CASE_METHOD(UefiMachine, "firmware place: an entry is named by its title or its number in the list") {
  const EntryList all = list();
  for (const char* name : {"windows-boot-manager", "Windows-Boot-Manager", "3"}) {
    const ListedEntry* entry = find_entry(all, name);
    REQUIRE(entry != nullptr);
    CHECK(boot_option_of(entry->entry) == 1U);
  }
}

TEST_CASE_METHOD(UefiMachine, "firmware place: a machine that was started by a BIOS has none") {
  machine.started_by = Firmware::bios;
  CHECK_THROWS_WITH(
      find_place("firmware", resolver, KbootPath{"/"}, machine),
      "firmware: this machine was not started by UEFI firmware, so there are no boot options of it");
  CHECK_FALSE(scan_firmware(machine));
}

TEST_CASE_METHOD(UefiMachine, "firmware place: what the discovery publishes is read as it was written") {
  const auto scanned = scan_firmware(machine);
  REQUIRE(scanned);
  CHECK(scanned->state == PublishedPlace::State::done);
  const auto read = parse_published(published_json({.looking = false, .places = {*scanned}}));
  REQUIRE(read);
  REQUIRE(read->places.size() == 1);
  REQUIRE(read->places[0].list.entries.size() == 5);
  const ListedEntry& entry = read->places[0].list.entries[2];
  CHECK(entry.entry.kind == Kind::firmware);
  CHECK(boot_option_of(entry.entry) == 1U);
}

TEST_CASE("firmware place: no file of a disk is a boot option") {
  SourceEntry entry;
  entry.file = {"sda1", "/Boot0001"};
  CHECK_FALSE(boot_option_of(entry));
  entry.file = {"firmware", "/x"};
  CHECK_FALSE(boot_option_of(entry));
  entry.file = {"firmware", ""};
  CHECK_FALSE(boot_option_of(entry));
}
