#pragma once

#include "base/unique_fd.h"

namespace kboot {

/// A descriptor that becomes readable by a signal, which has no other effect on this process any more. Throws
/// Error.
UniqueFd watch_signal(int signal);

}  // namespace kboot
