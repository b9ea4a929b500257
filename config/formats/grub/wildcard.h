#pragma once

#include <string>
#include <vector>

#include "config/formats/grub/machine.h"

namespace kboot {

/// Adds the files or devices that a path with `*` and `?` stands for, sorted; the text as it is when it is no
/// path or none fits.
void grub_wildcards(const std::string& text, GrubMachine& machine, std::vector<std::string>& words);

/// Whether a name fits a pattern of `*`, `?` and letters.
bool grub_wildcard_fits(std::string_view pattern, std::string_view name);

}  // namespace kboot
