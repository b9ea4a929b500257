#pragma once

#include <string>

#include "loader/boot/boot_plan.h"

namespace kboot {

/// The plan as one object on one line, without its newline: kboot(8), JSON. Empty in a kboot that was built
/// without JSON.
std::string plan_json(const BootPlan& plan);

}  // namespace kboot
