// Any bytes in the place of a state give none, or one that comes back as it is written and that can be gone
// on from.

#include <cstdint>
#include <string>

#include "config/boot_state.h"
#include "require.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto label = requested_label(text)) require(requested_label(*label) == label);

  const auto state = parse_boot_state(text);
  if (!state) return 0;
  // What does not fit into a slot is never written.
  const std::string again = boot_state_text(*state);
  if (again.size() <= 4096) require(parse_boot_state(again) == state);

  BootState next = *state;
  note_attempt(next, "linux", {"linux", "old"}, 3);
  require(next.last == "linux" && next.attempts["linux"] >= 1);
  note_success(next);
  require(!next.attempts.contains("linux"));
  return 0;
}
