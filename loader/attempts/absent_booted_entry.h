#pragma once

#include "loader/attempts/booted_entry.h"

namespace kboot {

/// Tells nobody: no entry is counted where this kboot was built without counting.
class AbsentBootedEntry final : public BootedEntry {
 public:
  void tell(const std::optional<std::string>& /*path*/) override {}
};

}  // namespace kboot
