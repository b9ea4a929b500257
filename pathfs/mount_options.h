#pragma once

#include <string>
#include <string_view>

#include "pathfs/mounter.h"

namespace kboot {

/// Options as mount(2) takes them.
struct KernelOptions {
  unsigned long flags = 0;  ///< MS_…
  std::string data;         ///< comma-separated, for the file system
  bool operator==(const KernelOptions&) const = default;
};

/// fstab's options for a file system of type `type`. What only mount(8) and systemd understand is left out
/// (nofail, x-…, loop); ro and rw come from `access` alone; a read-only mount never replays a journal.
KernelOptions kernel_options(std::string_view options, std::string_view type, Access access);

/// The same, but of the file system's own options only those without which other files would be seen
/// (`subvol=…`): for a kernel that does not know, or not together with a skipped journal, what fstab asks
/// for.
KernelOptions bare_kernel_options(std::string_view options, std::string_view type, Access access);

/// Whether an option of that name is among fstab's options.
bool has_option(std::string_view options, std::string_view name);

/// The folder on the file system that these options make its top: `/`, or `/@` for `subvol=@`. Nothing is
/// known for `subvolid=…`: empty.
std::string root_in_file_system(std::string_view options);

}  // namespace kboot
