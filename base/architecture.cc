#include "base/architecture.h"

#include <algorithm>

namespace kboot {

bool starts_kernels_for(std::string_view efi_name) {
  const auto names = architecture().efi;
  return efi_name.empty() || std::find(names.begin(), names.end(), efi_name) != names.end();
}

}  // namespace kboot
