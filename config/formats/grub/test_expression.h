#pragma once

#include <string>
#include <vector>

#include "config/formats/grub/files.h"

namespace kboot {

/// What GRUB's `test` says of its arguments (without `[` and `]`); no arguments are true.
bool grub_test(const std::vector<std::string>& arguments, GrubFiles& files);

}  // namespace kboot
