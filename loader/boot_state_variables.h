#pragma once

#include <string>

#include "loader/boot_state_slots.h"

namespace kboot {

/// A BootStateMedium of EFI variables, as files in an efivarfs: `KbootState0`, `KbootState1`, `KbootGood` and
/// `KbootOnce`, each with kVendor behind a `-`. The firmware replaces a variable as a whole or not at all;
/// that there are two is for the firmware that does not.
class BootStateVariables final : public BootStateMedium {
 public:
  static constexpr const char* kVendor = "23d3d537-5fbe-40d2-9ffb-969bd29fb3e3";

  /// `folder` is where the efivarfs is mounted.
  explicit BootStateVariables(std::string folder) : folder_(std::move(folder)) {}

  std::string read_slot(int slot) override;
  void write_slot(int slot, const std::string& bytes) override;
  bool success_reported() override;
  void clear_success() override { remove("KbootGood"); }
  std::optional<std::string> request() override { return read("KbootOnce"); }
  void clear_request() override { remove("KbootOnce"); }

 private:
  std::string path(const std::string& name) const;
  std::optional<std::string> read(const std::string& name) const;
  void remove(const std::string& name) const;

  std::string folder_;
};

}  // namespace kboot
