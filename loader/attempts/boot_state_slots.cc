#include "loader/attempts/boot_state_slots.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "netfetch/sha256.h"

namespace kboot {
namespace {

constexpr std::string_view kMagic = "kboot-state 1 ";
constexpr std::size_t kDigest = 64;  // hexadecimal digits

std::string digest_of(std::string_view text) {
  Sha256 sha256;
  sha256.add(text);
  return sha256.hex();
}

std::uint64_t sequence_of(const std::optional<BootState>& state) {
  return state ? state->sequence : 0;
}

std::array<std::optional<BootState>, 2> read_slots(BootStateMedium& medium) {
  return {read_slot(medium.read_slot(0)), read_slot(medium.read_slot(1))};
}

}  // namespace

std::string slot_text(const BootState& state) {
  const std::string json = boot_state_text(state) + "\n";
  std::string text = std::string(kMagic) + digest_of(json) + "\n" + json;
  if (text.size() > BootStateMedium::kSlotSize) fail("too many choices in default= to count the tries of");
  return text;
}

std::optional<BootState> read_slot(std::string_view bytes) {
  constexpr std::size_t kHead = kMagic.size() + kDigest + 1;
  if (bytes.size() < kHead || !bytes.starts_with(kMagic) || bytes[kHead - 1] != '\n') return std::nullopt;
  const std::string_view digest = bytes.substr(kMagic.size(), kDigest);
  std::string_view json = bytes.substr(kHead);
  json = json.substr(0, json.find('\0'));  // a slot in a file is filled up with them
  if (digest_of(json) != digest) return std::nullopt;
  return parse_boot_state(json);
}

BootState load_boot_state(BootStateMedium& medium) {
  const auto slots = read_slots(medium);
  return slots[sequence_of(slots[1]) > sequence_of(slots[0]) ? 1 : 0].value_or(BootState{});
}

void save_boot_state(BootStateMedium& medium, BootState& state) {
  const auto slots = read_slots(medium);
  const std::uint64_t first = sequence_of(slots[0]);
  const std::uint64_t second = sequence_of(slots[1]);
  state.sequence = std::max(first, second) + 1;
  medium.write_slot(first > second ? 1 : 0, slot_text(state));
}

}  // namespace kboot
