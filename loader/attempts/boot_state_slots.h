#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "config/boot_state.h"

namespace kboot {

/// Where a BootState lies, in two slots, and where the booted system leaves word: a folder (BootStateFolder),
/// the firmware (BootStateVariables), or a test's. What is written and cleared is so for good when the call
/// returns. All throw Error.
class BootStateMedium {
 public:
  /// The most that a slot takes.
  static constexpr std::size_t kSlotSize = 4096;  // bytes

  virtual ~BootStateMedium() = default;
  /// What is in slot 0 or 1, at most kSlotSize bytes; empty when there is none.
  virtual std::string read_slot(int slot) = 0;
  virtual void write_slot(int slot, const std::string& bytes) = 0;

  /// Whether the booted system has said that it works.
  virtual bool success_reported() = 0;
  virtual void clear_success() = 0;
  /// What it wants to be booted next, as it wrote it.
  virtual std::optional<std::string> request() = 0;
  virtual void clear_request() = 0;
};

/// A line with the SHA-256 of the other, and the state as JSON. Throws Error when it does not fit into a
/// slot.
std::string slot_text(const BootState& state);
/// Nothing when the write of `bytes` was never finished.
std::optional<BootState> read_slot(std::string_view bytes);

/// The newest state that was saved as a whole; an empty one when there is none. Throws Error.
BootState load_boot_state(BootStateMedium& medium);
/// Saves it over the older of the two, so that a power cut at any instant leaves the old or the new one. Sets
/// its sequence. Throws Error.
void save_boot_state(BootStateMedium& medium, BootState& state);

}  // namespace kboot
