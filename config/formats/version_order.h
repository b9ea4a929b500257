#pragma once

#include <string_view>

namespace kboot {

/// Compares two versions as the UAPI Version Format Specification does: below 0 when `one` is the older, 0
/// when they are the same, above 0 when it is the newer.
int compare_versions(std::string_view one, std::string_view other);

}  // namespace kboot
