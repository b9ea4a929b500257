#pragma once

#include <functional>
#include <string>

namespace kboot {

/// Does `action` in a process of its own, which nobody waits for: nothing of it shows on the terminal, and ^C
/// there is not meant for it. An exception is logged, with `noun` in front.
void do_unseen(const std::string& noun, const std::function<void()>& action);

}  // namespace kboot
