#pragma once

#include <string>
#include <string_view>

namespace kboot {

/// Which disk of which target on which server (RFC 4173, 5).
struct IscsiAddress {
  std::string server;  ///< a name, an IPv4 address, or an IPv6 address without brackets
  unsigned port = 3260;
  unsigned lun = 0;
  std::string target;  ///< `iqn.2003-01.org.example:disk`
  bool operator==(const IscsiAddress&) const = default;
};

/// Reads `SERVER:PROTOCOL:PORT:LUN:TARGET`. Of the LUN's eight bytes only the first two count, as the first
/// or only group of hexadecimal digits: more than one level of units is nowhere in use. Throws Error.
IscsiAddress parse_iscsi_address(std::string_view text);

}  // namespace kboot
