#pragma once

#include <functional>
#include <string>

namespace kboot {

/// Does `action` in a process of its own, which nobody waits for: nothing of it shows on the terminal, and ^C
/// there is not meant for it. An exception is logged, with `noun` in front.
void run_in_background(const std::string& noun, const std::function<void()>& action);

/// What run_in_background() does first, for a process that has been forked already.
void go_to_background() noexcept;

}  // namespace kboot
