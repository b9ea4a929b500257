#include "pathfs/volumes.h"

namespace kboot {

bool may_be_volume(std::string_view /*name*/) {
  return false;
}

bool ToolVolumes::activate(const std::string& /*wanted*/, Access /*access*/) {
  return false;
}

bool ToolVolumes::activate_without_key(Access /*access*/) {
  return false;
}

void ToolVolumes::release() noexcept {}

bool ToolVolumes::take_down(const Holding& /*holding*/) noexcept {
  return true;
}

void ToolVolumes::forget_key(const std::string& /*name*/) noexcept {}

}  // namespace kboot
