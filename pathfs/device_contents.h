#pragma once

#include <string>

#include <sys/types.h>

#include "base/unique_fd.h"

namespace kboot {

/// What the bytes of a device say that it holds. libblkid reads them, or a reader of our own
/// (chosen.cc).
struct DeviceContents {
  std::string type;             ///< `ext4`, `crypto_LUKS`, …; empty: nothing that is known
  bool is_file_system = false;  ///< the type can be mounted
  bool ambiguous = false;       ///< there are traces of several
  std::string label;
  std::string uuid;
  std::string partition_table;  ///< `gpt`, `dos`
  std::string partuuid;         ///< of the partition that the device is, as its disk's table has it
  std::string partlabel;
};

/// Reads what is on the device open as `fd`. Throws Error.
DeviceContents read_device_contents(const UniqueFd& fd);

}  // namespace kboot
