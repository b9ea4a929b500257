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

/// Whether that can be the name of an initiator or a target in any program's arguments and on any kernel
/// command line: letters and digits of ASCII, `-`, `.`, `:` (RFC 3722, 3), and `_`, which is in use besides.
bool is_iscsi_name(std::string_view text);
/// Whether that can be a server: a name or an address, never an option of a program.
bool is_iscsi_server(std::string_view text);

/// Reads `SERVER:PROTOCOL:PORT:LUN:TARGET`. Of the LUN's eight bytes only the first two count, as the first
/// or only group of hexadecimal digits: more than one level of units is nowhere in use. Throws Error.
IscsiAddress parse_iscsi_address(std::string_view text);

}  // namespace kboot
