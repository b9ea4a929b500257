#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace kboot {

/// What a Type #1 entry of the UAPI Boot Loader Specification says, `loader/entries/NAME.conf`, of which an
/// empty part is not there. Paths are those of the partition it lies on.
struct BlsEntry {
  std::string linux;
  std::vector<std::string> initrds;  ///< in their order
  std::string options;               ///< the kernel's command line
  std::string architecture;          ///< by EFI's names, in small letters: `x64`
  bool operator==(const BlsEntry&) const = default;
};

/// Reads an entry; what makes no sense is added to `diagnostics`, and the rest counts.
BlsEntry read_bls_entry(std::string_view text, const std::string& file, Diagnostics& diagnostics);

}  // namespace kboot
