#pragma once

#include "base/deadline.h"

namespace kboot {

/// Sleeps until then. Throws Cancelled after a ^C.
void sleep_until(const Deadline& deadline);

}  // namespace kboot
