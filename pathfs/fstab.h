#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace kboot {

/// A line of fstab(5) that puts a file system somewhere.
struct FstabEntry {
  std::string source;   ///< device, tag or NFS export as written; a folder's absolute path for a bind mount
  std::string target;   ///< mount point in the booted system, absolute, cleaned
  std::string type;     ///< `ext4`, `auto`, …
  std::string options;  ///< as written, comma-separated
  bool operator==(const FstabEntry&) const = default;
  /// Shows a folder of the booted system at another place (mount(8), bind and rbind).
  bool is_bind() const;
};

/// Reads fstab's text. `swap` and `none` are passed over, and so are file systems without
/// a device (proc, tmpfs, …). A line that cannot be parsed is reported with its number, as
/// long as there are few; the others count.
std::vector<FstabEntry> read_fstab(std::string_view text, const std::string& file, Diagnostics& diagnostics);

}  // namespace kboot
