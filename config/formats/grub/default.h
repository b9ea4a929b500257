#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/formats/grub/machine.h"

namespace kboot {

/// A line of a menu that may start by itself, and what counts in its sub-menu.
struct GrubChoice {
  std::size_t item = 0;  ///< index into the menu's items
  std::string rest;      ///< of `1>2`: `2`
};

/// What `default`, then `fallback` choose of a menu: numbers, ids or titles. A default that the menu does not
/// have is its first line, as in GRUB; `complain` hears of it.
std::vector<GrubChoice> grub_choices(const GrubMenu& menu, GrubMachine& machine);

}  // namespace kboot
