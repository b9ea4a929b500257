#pragma once

#include <span>
#include <string_view>

#include "config/formats/grub/machine.h"

namespace kboot {

/// A command that GRUB has and kboot carries out; gives its status.
struct GrubCommandRow {
  std::string_view name;
  bool (*run)(GrubMachine& machine, const GrubCall& call);
};

extern const std::span<const GrubCommandRow> kGrubBootCommands;
extern const std::span<const GrubCommandRow> kGrubDeviceCommands;
extern const std::span<const GrubCommandRow> kGrubMenuCommands;
extern const std::span<const GrubCommandRow> kGrubVariableCommands;

/// The command of that name; null without one.
const GrubCommandRow* find_grub_command(std::string_view name);

/// Commands for screens, sounds, modules, terminals and the like, which are accepted and do nothing.
bool is_ignored_grub_command(std::string_view name);

}  // namespace kboot
