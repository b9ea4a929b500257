#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "config/formats/load_option.h"

namespace kboot {

class EfiVariables;

/// One of the firmware's own boot options.
struct BootOption {
  unsigned number = 0;            ///< `Boot001A` has 0x1a
  std::optional<unsigned> order;  ///< its position in BootOrder, from 1; nothing: it is not in there
  LoadOption option;

  /// What people see: the description, else the variable's name.
  std::string title() const { return option.title.empty() ? boot_option_name(number) : option.title; }
};

/// The boot options of a machine's firmware (UEFI 2.10, 3.3): in the order of BootOrder, then the others by
/// their numbers.
struct BootOptions {
  std::vector<BootOption> options;
  std::optional<unsigned> current;  ///< BootCurrent: the number of the one that started this machine
  std::optional<unsigned> next;     ///< BootNext: of the one that the firmware starts next, that time only
  bool has_setup = false;           ///< the firmware opens its set-up when it is asked to
  Diagnostics diagnostics;

  /// Null when there is no such option.
  const BootOption* find(unsigned number) const {
    const auto found = std::find_if(options.begin(), options.end(),
                                    [&](const BootOption& one) { return one.number == number; });
    return found == options.end() ? nullptr : &*found;
  }
};

/// What the variables say. A variable that is malformed, too large or cannot be read is a diagnostic, and the
/// others count. Throws Cancelled.
BootOptions read_boot_options(const EfiVariables& variables);

/// The firmware starts that option the next time, and that time only. Throws Error, also where there is no
/// such option any more.
void set_boot_next(const EfiVariables& variables, unsigned number);
/// The same for a program: BootNext names the firmware's own option for it, or a new one. Throws Error.
void set_boot_next(const EfiVariables& variables, const EfiProgram& program);

/// Why the set-up cannot be asked for.
inline constexpr const char* kNoSetup = "this firmware does not open its set-up when a system asks for it";

/// The firmware opens its set-up the next time, and that time only. Throws Error, also where the firmware
/// does not offer that.
void ask_for_setup(const EfiVariables& variables);

}  // namespace kboot
