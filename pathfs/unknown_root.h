#pragma once

#include <string>

#include <fmt/format.h>

#include "base/error.h"

namespace kboot {

/// A path needs the booted system, and nothing says where that is.
class UnknownRoot : public Error {
 public:
  /// `candidates`: what can be set instead, as RootSearch has it; may be empty.
  explicit UnknownRoot(const std::string& candidates = "")
      : Error(fmt::format("where the booted system is, is not known: neither root= is set nor has fstab an "
                          "entry for /{}{}",
                          candidates.empty() ? "" : "; try ", candidates)) {}
};

}  // namespace kboot
