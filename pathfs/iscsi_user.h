#pragma once

#include <string>
#include <string_view>

namespace kboot {

/// What a target wants to hear (CHAP, RFC 7143, 12.1.3); both are empty where it wants nothing.
struct IscsiUser {
  std::string name;
  std::string secret;
  bool operator==(const IscsiUser&) const = default;
};

/// The first line of a file: the name, a blank, and all the rest is the secret. Throws Error.
IscsiUser parse_iscsi_user(std::string_view text);

}  // namespace kboot
