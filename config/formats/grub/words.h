#pragma once

#include <string>
#include <vector>

#include "config/formats/grub/machine.h"
#include "config/formats/grub/script.h"

namespace kboot {

/// The words that a written word becomes: variables replaced, outside quotes split at blanks; `*` and `?` in
/// a path replaced by the files that fit, if there are any.
void grub_expand(const GrubWord& word, GrubMachine& machine, std::vector<std::string>& words);

}  // namespace kboot
