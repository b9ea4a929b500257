#pragma once

#include <string>

namespace kboot {

class Resolver;

/// Knows where the booted system may be when neither root= nor fstab says. Tests have a fake one.
class RootSearch {
 public:
  virtual ~RootSearch() = default;
  /// Sets the resolver's booted root when there is only one device that can be it; false: it has set none.
  virtual bool take_root(Resolver& resolver) = 0;
  /// What a person may set, `root=/dev/sda2 or root=/dev/sdb1`; empty: no device is known that can be it.
  virtual std::string candidates() = 0;
};

}  // namespace kboot
