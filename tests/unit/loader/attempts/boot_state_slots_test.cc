#include "loader/attempts/boot_state_slots.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_boot_state.h"

using namespace kboot;
using namespace kboot::test;

namespace {

/// With 35 choices, one whose text reaches into most of a slot's eight sectors.
BootState long_state(unsigned attempts, int choices = 35) {
  BootState state;
  for (int i = 0; i < choices; ++i) state.attempts[std::string(80, 'x') + std::to_string(i)] = attempts;
  return state;
}

/// A medium with the states 1 and 2, of which 2 is the newer.
FakeBootStateMedium two_states(int choices = 35) {
  FakeBootStateMedium medium;
  BootState state = long_state(1, choices);
  save_boot_state(medium, state);
  state = long_state(2, choices);
  save_boot_state(medium, state);
  return medium;
}

}  // namespace

TEST_CASE("boot state slots: the newest is read; without any there is an empty state") {
  FakeBootStateMedium medium;
  CHECK(load_boot_state(medium) == BootState{});
  for (unsigned i = 1; i < 6; ++i) {
    BootState state{0, {{"linux", i}}, "", ""};
    save_boot_state(medium, state);
    CHECK(state.sequence == i);
    CHECK(load_boot_state(medium) == state);
  }
  CHECK(read_slot(medium.slots[0])->sequence == 5);
  CHECK(read_slot(medium.slots[1])->sequence == 4);
}

TEST_CASE("boot state slots: a power cut at any byte of a write leaves the old or the new state") {
  constexpr int kChoices = 3;
  const FakeBootStateMedium before = two_states(kChoices);
  for (std::size_t bytes = 0; bytes <= BootStateMedium::kSlotSize; ++bytes) {
    FakeBootStateMedium medium = before;
    medium.left = bytes;
    BootState state = long_state(3, kChoices);
    bool cut = false;
    try {
      save_boot_state(medium, state);
    } catch (const PowerCut&) {
      cut = true;
    }
    const BootState found = load_boot_state(medium);
    const bool is_old = found.attempts == long_state(2, kChoices).attempts && found.sequence == 2;
    const bool is_new = found.attempts == long_state(3, kChoices).attempts && found.sequence == 3;
    if (!(cut ? is_old || is_new : is_new)) FAIL("after " << bytes << " bytes: sequence " << found.sequence);

    // And it goes on from there.
    if (bytes % 16 != 0) continue;
    medium.left = SIZE_MAX;
    state = long_state(4, kChoices);
    save_boot_state(medium, state);
    if (load_boot_state(medium) != state) FAIL("not writable after " << bytes << " bytes");
  }
}

TEST_CASE("boot state slots: sectors that reach the disk in any order leave the old or the new state") {
  const FakeBootStateMedium before = two_states();
  FakeBootStateMedium after = before;
  BootState state = long_state(3);
  save_boot_state(after, state);
  constexpr std::size_t kSector = 512;
  for (unsigned written = 0; written < 256; ++written) {
    FakeBootStateMedium medium = before;
    for (std::size_t sector = 0; sector < 8; ++sector)
      if ((written >> sector & 1U) != 0)
        medium.slots[0].replace(sector * kSector, kSector, after.slots[0], sector * kSector, kSector);
    const std::uint64_t sequence = load_boot_state(medium).sequence;
    if (sequence != 2 && sequence != 3) FAIL("sectors " << written << ": sequence " << sequence);
    if (written == 255) CHECK(sequence == 3);
    if (written == 0) CHECK(sequence == 2);
  }
}

TEST_CASE("boot state slots: a state that was changed by somebody else is none") {
  BootState state{0, {{"linux", 1}}, "", ""};
  std::string text = slot_text(state);
  CHECK(read_slot(text) == state);
  text[text.find("\"linux\":1") + 8] = '9';
  CHECK_FALSE(read_slot(text));
  CHECK_FALSE(read_slot(""));
  CHECK_FALSE(read_slot(std::string(BootStateMedium::kSlotSize, '\xff')));
}

TEST_CASE("boot state slots: what does not fit is an error, and nothing is written") {
  FakeBootStateMedium medium = two_states();
  BootState state = long_state(1);
  state.last = std::string(4000, 'y');
  CHECK_THROWS_AS(save_boot_state(medium, state), Error);
  CHECK(load_boot_state(medium).sequence == 2);
}
