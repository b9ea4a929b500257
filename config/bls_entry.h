#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace kboot {

/// What a Type #1 entry of the UAPI Boot Loader Specification says, `loader/entries/NAME.conf`, of which an
/// empty part is not there. Paths are those of the partition it lies on.
struct BlsEntry {
  std::string title;
  std::string version;
  std::string machine_id;
  std::string sort_key;
  std::string linux;
  std::string efi;      ///< an EFI program, which may be a kernel
  std::string uki;      ///< a Unified Kernel Image
  std::string profile;  ///< which of its profiles, a number
  std::string devicetree;
  std::vector<std::string> initrds;  ///< in their order; a line may name several
  std::string options;               ///< the kernel's command line
  std::string architecture;          ///< by EFI's names, in small letters: `x64`
  bool operator==(const BlsEntry&) const = default;
};

/// Whether the keys that name an EFI program are kept, or reported as what starts no kernel.
enum class EfiKeys { reported, kept };

/// Reads an entry; what makes no sense is added to `diagnostics`, and the rest counts.
BlsEntry read_bls_entry(std::string_view text, const std::string& file, Diagnostics& diagnostics,
                        EfiKeys efi_keys = EfiKeys::reported);

}  // namespace kboot
