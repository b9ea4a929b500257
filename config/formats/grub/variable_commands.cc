#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "config/formats/grub/commands.h"
#include "config/formats/grub/options.h"
#include "config/formats/grub/regexp.h"
#include "config/formats/grub/test_expression.h"
#include "config/formats/grubenv.h"

namespace kboot {
namespace {

using Option = GrubOption;
using Value = GrubOption::Value;

bool set(GrubMachine& machine, const GrubCall& call) {
  if (call.words.size() < 2) return true;
  const std::string& word = call.words[1];
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos || equals == 0) {
    machine.complain(fmt::format("set: \"{}\" is no assignment", printable_head(word, 40)));
    return false;
  }
  machine.variables.set(std::string_view(word).substr(0, equals), word.substr(equals + 1));
  return true;
}

bool unset(GrubMachine& machine, const GrubCall& call) {
  for (const std::string& name : call.arguments()) machine.variables.unset(name);
  return true;
}

bool export_names(GrubMachine& machine, const GrubCall& call) {
  for (const std::string& name : call.arguments()) machine.variables.export_name(name);
  return true;
}

/// Fedora's `increment boot_counter` and `decrement boot_counter`, which save_env would keep.
bool count(GrubMachine& machine, const GrubCall& call) {
  constexpr std::uint64_t kLargest = 1'000'000;
  if (call.words.size() < 2) return false;
  const std::string& name = call.words[1];
  const std::uint64_t value = std::min(whole_number(machine.variables.get(name)).value_or(0), kLargest);
  if (call.name() == "increment")
    machine.variables.set(name, std::to_string(value + 1));
  else
    machine.variables.set(name, std::to_string(value - std::min<std::uint64_t>(value, 1)));
  return true;
}

/// A choice for one start alone would be taken back by `save_env`, which writes nothing here: it would count
/// for ever. So it does not count at all.
void drop_choices_for_once(GrubMachine& machine, std::map<std::string, std::string>& environment) {
  if (const auto next = environment.find("next_entry"); next != environment.end() && !next->second.empty()) {
    machine.complain(fmt::format("next_entry \"{}\" does not count: kboot cannot take it back",
                                 printable_head(next->second, 80)));
    next->second.clear();
  }
  if (const auto once = environment.find("prev_saved_entry");
      once != environment.end() && !once->second.empty()) {
    machine.complain(fmt::format("saved_entry \"{}\" was for one start: prev_saved_entry counts",
                                 printable_head(environment["saved_entry"], 80)));
    environment["saved_entry"] = once->second;
    once->second.clear();
  }
}

/// `load_env [--file=FILE] [--skip-sig] [NAME…]`
bool load_env(GrubMachine& machine, const GrubCall& call) {
  static constexpr std::array kOptions = {Option{"file", 'f', Value::needed},
                                          Option{"skip-sig", 's', Value::none}};
  const GrubArguments arguments = grub_arguments(call.arguments(), kOptions);
  machine.spend(kGrubDiskSteps);
  const std::string written =
      arguments.has("file") ? arguments.value("file") : machine.variables.get("prefix") + "/grubenv";
  const std::optional<FilePlace> file = machine.files.place(written);
  if (!file) return false;
  try {
    const std::optional<std::string> text = machine.files.read(*file, kMaxGrubEnvironment);
    if (!text) return false;
    std::map<std::string, std::string> environment = read_grub_environment(*text);
    drop_choices_for_once(machine, environment);
    for (const auto& [name, value] : environment) {
      machine.spend(1 + arguments.words.size());
      const bool wanted = arguments.words.empty() || std::find(arguments.words.begin(), arguments.words.end(),
                                                               name) != arguments.words.end();
      if (wanted) machine.variables.set(name, value);
    }
  } catch (const Error& error) {
    machine.complain(error.what());
    return false;
  }
  return true;
}

bool succeed(GrubMachine&, const GrubCall&) {
  return true;
}

bool fail_always(GrubMachine&, const GrubCall&) {
  return false;
}

bool test(GrubMachine& machine, const GrubCall& call) {
  std::vector<std::string> words = call.arguments();
  if (call.name() == "[") {
    if (words.empty() || words.back() != "]") {
      machine.complain(R"("[" without "]")");
      return false;
    }
    words.pop_back();
  }
  const auto looks = std::count_if(words.begin(), words.end(), [](const std::string& word) {
    return word == "-f" || word == "-e" || word == "-d" || word == "-s";
  });
  machine.spend(words.size() + static_cast<std::uint64_t>(looks) * kGrubDiskSteps);
  return grub_test(words, machine.files);
}

/// `regexp [--set [NUMBER:]NAME]… PATTERN TEXT`
bool regexp(GrubMachine& machine, const GrubCall& call) {
  static constexpr std::array kOptions = {Option{"set", 's', Value::needed}};
  constexpr std::uint64_t kCost = 200;
  const GrubArguments arguments = grub_arguments(call.arguments(), kOptions);
  if (arguments.words.size() < 2) {
    machine.complain(R"(regexp: not "regexp PATTERN TEXT")");
    return false;
  }
  machine.spend(kCost);
  const auto found = grub_regexp(arguments.words[0], arguments.words[1]);
  if (!found) return false;
  for (const auto& [option, value] : arguments.options) {
    const std::size_t colon = value.find(':');
    const auto number = colon == std::string::npos ? std::optional<std::uint64_t>(1)
                                                   : whole_number(std::string_view(value).substr(0, colon));
    if (number && *number < found->size())
      machine.variables.set(colon == std::string::npos ? value : value.substr(colon + 1), (*found)[*number]);
  }
  return true;
}

bool eval(GrubMachine& machine, const GrubCall& call) {
  return machine.run_made(join(call.arguments()));
}

/// A command that another one carries: `time COMMAND`, SteamOS's `steamenv_boot linux …`.
bool carry(GrubMachine& machine, const GrubCall& call) {
  const GrubMachine::Level level(machine);
  machine.spend(call.words.size());
  GrubCall carried = call;
  carried.words.erase(carried.words.begin());
  return machine.call(carried);
}

bool set_parameters(GrubMachine& machine, const GrubCall& call) {
  machine.arguments = call.arguments();
  return true;
}

std::uint64_t number_argument(const GrubCall& call, std::uint64_t otherwise) {
  return call.words.size() < 2 ? otherwise : whole_number(call.words[1]).value_or(otherwise);
}

bool shift(GrubMachine& machine, const GrubCall& call) {
  const std::uint64_t wanted = number_argument(call, 1);
  if (wanted > machine.arguments.size()) return false;
  machine.spend(machine.arguments.size() / 4);
  machine.arguments.erase(machine.arguments.begin(),
                          machine.arguments.begin() + static_cast<std::ptrdiff_t>(wanted));
  return true;
}

bool return_from(GrubMachine& machine, const GrubCall& call) {
  const bool result = number_argument(call, machine.status ? 0 : 1) == 0;
  machine.flow = GrubFlow::return_from;
  return result;
}

bool leave_loop(GrubMachine& machine, const GrubCall& call) {
  machine.flow = call.name() == "break" ? GrubFlow::break_loop : GrubFlow::continue_loop;
  machine.loops_to_leave = static_cast<unsigned>(
      std::clamp<std::uint64_t>(number_argument(call, 1), 1, std::numeric_limits<int>::max()));
  return true;
}

/// No key is held down.
bool key_status(GrubMachine&, const GrubCall& call) {
  return call.words.size() < 2;
}

constexpr std::array kRows = std::to_array<GrubCommandRow>({
    {"set", set},
    {"unset", unset},
    {"export", export_names},
    {"increment", count},
    {"decrement", count},
    {"load_env", load_env},
    {"save_env", succeed},
    {"true", succeed},
    {"false", fail_always},
    {"test", test},
    {"[", test},
    {"regexp", regexp},
    {"eval", eval},
    {"time", carry},
    {"steamenv_boot", carry},
    {"setparams", set_parameters},
    {"shift", shift},
    {"return", return_from},
    {"break", leave_loop},
    {"continue", leave_loop},
    {"keystatus", key_status},
    {"cpuid", succeed},
    {"cmp", fail_always},
    {"file", fail_always},
    {"smbios", fail_always},
    {"read", fail_always},
});

}  // namespace

const std::span<const GrubCommandRow> kGrubVariableCommands = kRows;

}  // namespace kboot
