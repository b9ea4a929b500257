#include "loader/attempts/boot_state_variables.h"

namespace kboot {
namespace {

constexpr const char* kGood = "KbootGood";
constexpr const char* kOnce = "KbootOnce";

std::string full_name(const std::string& name) {
  return name + "-" + BootStateVariables::kVendor;
}

std::string slot_name(int slot) {
  return full_name("KbootState" + std::to_string(slot));
}

}  // namespace

std::string BootStateVariables::read_slot(int slot) {
  return variables_.read(slot_name(slot), kSlotSize).value_or("");
}

void BootStateVariables::write_slot(int slot, const std::string& bytes) {
  variables_.write(slot_name(slot), bytes);
}

bool BootStateVariables::success_reported() {
  return variables_.has(full_name(kGood));
}

void BootStateVariables::clear_success() {
  variables_.remove(full_name(kGood));
}

std::optional<std::string> BootStateVariables::request() {
  return variables_.read(full_name(kOnce), kSlotSize);
}

void BootStateVariables::clear_request() {
  variables_.remove(full_name(kOnce));
}

}  // namespace kboot
