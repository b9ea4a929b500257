#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "config/formats/bls.h"
#include "config/formats/grub/commands.h"
#include "config/formats/grub/options.h"

namespace kboot {
namespace {

using Option = GrubOption;
using Value = GrubOption::Value;
using Type = GrubMenuItem::Type;

/// `menuentry TITLE [--class=C]… [--users=U] [--unrestricted] [--hotkey=K] [--id=ID] [ARGUMENT]… { COMMANDS
/// }`
bool menu_entry(GrubMachine& machine, const GrubCall& call) {
  static constexpr std::array kOptions = {
      Option{"class", '\0', Value::needed},  Option{"users", '\0', Value::needed},
      Option{"hotkey", '\0', Value::needed}, Option{"source", '\0', Value::needed},
      Option{"id", '\0', Value::needed},     Option{"unrestricted", '\0', Value::none}};
  GrubArguments arguments = grub_arguments(call.arguments(), kOptions);
  if (arguments.words.empty()) {
    machine.complain(fmt::format("{} without a title", call.name()));
    return false;
  }
  GrubMenuItem item;
  if (call.name() == "submenu") item.type = Type::submenu;
  if (call.name() == "hiddenentry") item.type = Type::hidden;
  item.title = arguments.words.front();
  item.id = arguments.value("id");
  item.arguments = std::move(arguments.words);
  item.file = machine.file();
  item.line = call.line;
  item.body = call.block ? call.block : nullptr;
  if (!item.body && arguments.has("source")) item.body = machine.parse_made(arguments.value("source"));
  if (!item.body) {
    machine.complain(fmt::format("{} without commands", call.name()));
    return false;
  }
  machine.add(std::move(item));
  return true;
}

std::optional<FilePlace> configuration(GrubMachine& machine, const GrubCall& call) {
  if (call.words.size() < 2) {
    if (call.name() == "normal") return machine.files.place(machine.variables.get("prefix") + "/grub.cfg");
    machine.complain(fmt::format("{} names no file", call.name()));
    return {};
  }
  std::optional<FilePlace> file = machine.files.place(call.words[1]);
  if (!file)
    machine.complain(fmt::format("no device {} on this machine", machine.files.device_name(call.words[1])));
  return file;
}

/// `source FILE`: its commands, in this context.
bool source(GrubMachine& machine, const GrubCall& call) {
  const std::optional<FilePlace> file = configuration(machine, call);
  return file && machine.run_file(*file);
}

/// `configfile FILE`: another menu. An entry that leads there becomes a menu itself, when it is listed; what
/// was shown already is not shown again.
bool config_file(GrubMachine& machine, const GrubCall& call) {
  const std::optional<FilePlace> file = configuration(machine, call);
  if (!file) return false;
  machine.load.leaves = true;
  if (machine.in_entry) {
    if (machine.load.menu) return true;
    machine.spend_bytes(machine.variables.bytes());
    machine.load.menu = file;
    machine.load.menu_variables = machine.variables;
    machine.load.menu_loops = machine.devices.loops();
    return true;
  }
  if (machine.files.kind_of(file) != SourceReader::Kind::file) {
    machine.complain(fmt::format("{}: no such file", printable(file->str())));
    return false;
  }
  if (!machine.menus_seen.insert(file->str()).second) return true;
  machine.show_menu(*file);
  return true;
}

/// The first folder of entries that there is: where `blsdir` says, on $root or $boot.
std::optional<FilePlace> entries_folder(GrubMachine& machine, const GrubCall& call) {
  std::vector<std::string> folders;
  if (call.words.size() > 1 && call.words[1] != "default") folders.push_back(call.words[1]);
  const std::string& named = machine.variables.get("blsdir");
  if (!named.empty()) folders.push_back(named);
  folders.insert(folders.end(), {"/loader/entries", "/boot/loader/entries"});
  for (const std::string& folder : folders) {
    const std::string& boot = machine.variables.get("boot");
    for (const std::string& written : {folder, fmt::format("({}){}", boot, folder)}) {
      if (machine.files.kind(written) == SourceReader::Kind::folder) return machine.files.place(written);
    }
  }
  return {};
}

/// Fedora's blscfg: the entries of the Boot Loader Specification become lines of this menu.
bool bls_entries(GrubMachine& machine, const GrubCall& call) {
  if (call.words.size() > 1 && call.words[1] == "non-default") return true;
  constexpr std::uint64_t kFolder = 50;
  machine.spend(kFolder * kGrubDiskSteps);
  const std::optional<FilePlace> folder = entries_folder(machine, call);
  if (!folder) {
    machine.complain("blscfg: no folder loader/entries");
    return false;
  }
  try {
    BootSource found = read_bls(*folder, machine.variables.all(), machine.reader);
    for (Diagnostic& diagnostic : found.diagnostics) machine.complain(std::move(diagnostic));
    for (SourceEntry& entry : found.entries) {
      machine.spend(kGrubDiskSteps);
      machine.spend_bytes(entry.cmdline.size() * 4);
      GrubMenuItem item;
      item.type = Type::given;
      item.title = entry.title;
      item.id = entry.name;
      item.file = entry.file;
      item.line = entry.line;
      item.entry = std::move(entry);
      machine.add(std::move(item));
    }
  } catch (const Error& error) {
    machine.complain(error.what());
    return false;
  }
  return true;
}

bool nothing(GrubMachine&, const GrubCall&) {
  return true;
}

constexpr std::array kRows = std::to_array<GrubCommandRow>({
    {"menuentry", menu_entry},
    {"submenu", menu_entry},
    {"hiddenentry", menu_entry},
    {"source", source},
    {".", source},
    {"extract_entries_source", source},
    {"configfile", config_file},
    {"extract_entries_configfile", config_file},
    {"normal", config_file},
    {"blscfg", bls_entries},
    {"blsuki", nothing},
});

}  // namespace

const std::span<const GrubCommandRow> kGrubMenuCommands = kRows;

}  // namespace kboot
