#pragma once

#include <string_view>

namespace kboot {

/// What an error says where a path needs the booted system.
inline constexpr std::string_view kUnknownRoot =
    "where the booted system is, is not known: neither root= is set nor has fstab an entry for /";

}  // namespace kboot
