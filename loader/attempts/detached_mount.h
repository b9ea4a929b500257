#pragma once

#include <string>

#include "base/unique_fd.h"
#include "pathfs/mounter.h"

namespace kboot {

/// A file system that only this process sees: mounted at no folder (Linux: fsmount(2)), and gone with the
/// object or the process, however that ends. Two processes with one of the same type are not in each other's
/// way.
class DetachedMount {
 public:
  /// `type` is one without a device: `efivarfs`. Throws Error.
  DetachedMount(const std::string& type, Access access);

  /// The path of its top, for this process.
  std::string folder() const;

 private:
  UniqueFd mount_;
};

}  // namespace kboot
