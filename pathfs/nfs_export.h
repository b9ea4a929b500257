#pragma once

#include <string>

namespace kboot {

/// What NFS calls a folder of a server.
struct NfsExport {
  std::string host;  ///< a name or an address, IPv6 without brackets
  std::string directory;
  bool operator==(const NfsExport&) const = default;
};

/// Reads `host:/dir`, `[2001:db8::1]:/dir`. Throws Error.
NfsExport parse_nfs_export(const std::string& source);

}  // namespace kboot
