#pragma once

#include <string_view>

#include "config/variables.h"

namespace kboot {

/// The name=value words of a kernel command line (the one kboot itself was started with) into `variables`.
/// Words are split as the kernel does (next_arg() in lib/cmdline.c: double quotes keep blanks and are
/// dropped). Words that are no assignment are passed over, and so is `initrd=`: it is about kboot's own.
void read_kernel_command_line(std::string_view text, Variables& variables);

/// True when the word `word` stands in a kernel command line (kernel splitting), e.g. `kboot=local`.
bool kernel_command_line_has(std::string_view text, std::string_view word);

}  // namespace kboot
