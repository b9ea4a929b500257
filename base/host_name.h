#pragma once

#include <string>

namespace kboot {

/// What this machine calls itself; empty when it has no name.
std::string host_name();

}  // namespace kboot
