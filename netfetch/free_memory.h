#pragma once

#include <cstdint>

namespace kboot {

/// Bytes that a download may take without the kernel having to kill somebody for it.
std::uint64_t free_memory();

}  // namespace kboot
