#pragma once

namespace kboot {

/// Has readline complete by reading().complete, and list what it finds in our way. After that readline(3)
/// knows nothing of local files.
void set_up_completion();

}  // namespace kboot
