#pragma once

#include <string_view>

namespace kboot {

/// What the processes of `kboot --discover` are called in the ledger, which mount each disk for a moment.
inline constexpr std::string_view kDiscoveryName = "discovery";

}  // namespace kboot
