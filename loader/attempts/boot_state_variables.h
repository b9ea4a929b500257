#pragma once

#include <optional>
#include <string>

#include "loader/attempts/boot_state_slots.h"
#include "loader/attempts/efi_variables.h"

namespace kboot {

/// A BootStateMedium of EFI variables: `KbootState0`, `KbootState1`, `KbootGood` and `KbootOnce`, each with
/// kVendor behind a `-`. The firmware replaces a variable as a whole or not at all; that there are two is for
/// the firmware that does not.
class BootStateVariables final : public BootStateMedium {
 public:
  static constexpr const char* kVendor = "23d3d537-5fbe-40d2-9ffb-969bd29fb3e3";

  explicit BootStateVariables(const EfiVariables& variables) : variables_(variables) {}

  std::string read_slot(int slot) override;
  void write_slot(int slot, const std::string& bytes) override;
  bool success_reported() override;
  void clear_success() override;
  std::optional<std::string> request() override;
  void clear_request() override;

 private:
  const EfiVariables& variables_;
};

}  // namespace kboot
