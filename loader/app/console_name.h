#pragma once

#include <string>

namespace kboot {

/// What other consoles call the terminal of standard input: "ttyS0", "an ssh session from 10.0.0.2", "a
/// script".
std::string console_name();

/// Whether it is the machine's own screen and keyboard: tty1.
bool is_screen();

/// Whether it came over the network. dropbear sets SSH_CONNECTION to "CLIENT PORT SERVER PORT".
bool over_ssh();

}  // namespace kboot
