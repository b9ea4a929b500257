#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "config/formats/grub/commands.h"
#include "config/formats/grub/options.h"
#include "config/formats/places.h"
#include "config/formats/uki.h"

namespace kboot {
namespace {

using Kind = SourceEntry::Kind;

void unbootable(GrubLoad& load, std::string why) {
  load.boots = true;
  load.kind = Kind::unbootable;
  if (load.why.empty()) load.why = std::move(why);
}

/// A file that an entry needs; without its device the entry cannot be started.
std::optional<FilePlace> needed(GrubMachine& machine, const std::string& written) {
  machine.spend(kGrubDiskSteps);
  std::optional<FilePlace> place = machine.files.place(written);
  if (!place) {
    std::string why = fmt::format("no device {} on this machine", machine.files.device_name(written));
    machine.complain(why);
    unbootable(machine.load, std::move(why));
  }
  return place;
}

/// The words behind a command's name and its options.
std::vector<std::string> file_and_words(const GrubCall& call) {
  auto first = call.words.begin() + 1;
  while (first != call.words.end() && first->starts_with("--")) ++first;
  return {first, call.words.end()};
}

bool names_no_file(GrubMachine& machine, const GrubCall& call) {
  machine.complain(fmt::format("{} names no file", call.name()));
  return false;
}

/// What is started anew: all that was loaded before is gone.
void begin(GrubLoad& load, Kind kind) {
  GrubLoad fresh;
  fresh.boots = true;
  fresh.leaves = load.leaves;
  fresh.kind = kind;
  fresh.not_found = std::move(load.not_found);
  fresh.menu = std::move(load.menu);
  load = std::move(fresh);
}

bool kernel(GrubMachine& machine, const GrubCall& call, Kind kind) {
  const std::vector<std::string> words = file_and_words(call);
  if (words.empty() || words.front().empty()) return names_no_file(machine, call);
  begin(machine.load, kind);
  machine.load.cmdline = grub_command_line(std::span(words).subspan(1));
  machine.load.kernel = needed(machine, words.front());
  return machine.files.kind_of(machine.load.kernel) == SourceReader::Kind::file;
}

bool linux_kernel(GrubMachine& machine, const GrubCall& call) {
  return kernel(machine, call, Kind::linux);
}

bool multiboot(GrubMachine& machine, const GrubCall& call) {
  return kernel(machine, call, Kind::multiboot);
}

bool initrd(GrubMachine& machine, const GrubCall& call) {
  if (call.words.size() < 2) return names_no_file(machine, call);
  machine.load.initrds.clear();
  bool there = true;
  for (const std::string& word : call.arguments()) {
    if (word.empty()) continue;
    if (word.starts_with("newc:")) {
      machine.complain(fmt::format("{}: newc: is not supported", call.name()));
      there = false;
      continue;
    }
    std::optional<FilePlace> place = needed(machine, word);
    there = machine.files.kind_of(place) == SourceReader::Kind::file && there;
    if (place) machine.load.initrds.push_back(std::move(*place));
  }
  return there;
}

bool device_tree(GrubMachine& machine, const GrubCall& call) {
  if (call.words.size() < 2) return names_no_file(machine, call);
  machine.load.devicetree = needed(machine, call.words[1]);
  return machine.files.kind_of(machine.load.devicetree) == SourceReader::Kind::file;
}

bool module(GrubMachine& machine, const GrubCall& call) {
  const std::vector<std::string> words = file_and_words(call);
  if (words.empty() || words.front().empty()) return names_no_file(machine, call);
  machine.load.boots = true;
  if (machine.load.kind == Kind::linux) machine.load.kind = Kind::multiboot;
  const std::optional<FilePlace> place = needed(machine, words.front());
  if (!place) return false;
  machine.load.modules.push_back({*place, grub_command_line(std::span(words).subspan(1))});
  return machine.files.kind_of(place) == SourceReader::Kind::file;
}

/// A program of the firmware or another boot loader; a Unified Kernel Image is the one kind that kboot starts
/// itself.
bool chain_loader(GrubMachine& machine, const GrubCall& call) {
  const std::vector<std::string> words = file_and_words(call);
  if (words.empty()) return names_no_file(machine, call);
  const std::string name = lower_case(words.front());
  begin(machine.load, Kind::unbootable);
  if (!name.ends_with(".efi")) {
    const std::string path =
        words.front().substr(std::min(words.front().find(')') + 1, words.front().size()));
    const bool sector = path.empty() || path.starts_with('+') || path.find('/') == std::string::npos;
    machine.load.why = sector ? "a boot sector of another system: only the firmware can start it"
                              : fmt::format("{} is another boot loader: only the firmware can start it",
                                            printable_head(path, 120));
    return true;
  }
  machine.load.kernel = needed(machine, words.front());
  machine.load.cmdline = grub_command_line(std::span(words).subspan(1));
  if (!machine.load.kernel) return false;
  const FilePlace& place = *machine.load.kernel;
  const std::string path = lower_case(place.path);
  const bool there = machine.files.kind_of(place) == SourceReader::Kind::file;
  if (file_name_of(path) == "bootmgfw.efi")
    machine.load.kind = Kind::firmware;
  else if (folder_of(path).ends_with("/efi/linux") ||
           (there && efi_kind(place, machine.reader) == EfiKind::uki))
    machine.load.kind = Kind::uki;
  else
    machine.load.why = fmt::format("{} is a program of EFI: only the firmware can start it",
                                   printable_head(place.path, 120));
  return there;
}

bool other_system(GrubMachine& machine, const GrubCall& call) {
  begin(machine.load, Kind::unbootable);
  machine.load.why = fmt::format("{} starts a system that kboot cannot start", call.name());
  if (call.words.size() > 1) {
    machine.load.kernel = machine.files.place(call.words[1]);
    machine.load.cmdline = grub_command_line(std::span(call.words).subspan(2));
  }
  return true;
}

bool leave(GrubMachine& machine, const GrubCall& call) {
  if (call.words.size() > 1 && call.words[1] == "--is-supported") return machine.reader.efi();
  machine.load.leaves = true;
  machine.flow = GrubFlow::exit;
  return true;
}

constexpr std::array kRows = std::to_array<GrubCommandRow>({
    {"linux", linux_kernel},
    {"linux16", linux_kernel},
    {"linuxefi", linux_kernel},
    {"initrd", initrd},
    {"initrd16", initrd},
    {"initrdefi", initrd},
    {"devicetree", device_tree},
    {"multiboot", multiboot},
    {"multiboot2", multiboot},
    {"module", module},
    {"module2", module},
    {"xen_hypervisor", multiboot},
    {"xen_module", module},
    {"chainloader", chain_loader},
    {"kfreebsd", other_system},
    {"knetbsd", other_system},
    {"kopenbsd", other_system},
    {"kfreebsd_loadenv", [](GrubMachine&, const GrubCall&) { return true; }},
    {"kfreebsd_module", [](GrubMachine&, const GrubCall&) { return true; }},
    {"kfreebsd_module_elf", [](GrubMachine&, const GrubCall&) { return true; }},
    {"knetbsd_module", [](GrubMachine&, const GrubCall&) { return true; }},
    {"knetbsd_module_elf", [](GrubMachine&, const GrubCall&) { return true; }},
    {"kopenbsd_ramdisk", [](GrubMachine&, const GrubCall&) { return true; }},
    {"xnu_kernel", other_system},
    {"xnu_kernel64", other_system},
    {"xnu_resume", other_system},
    {"ntldr", other_system},
    {"freedos", other_system},
    {"plan9", other_system},
    {"pxechainloader", other_system},
    {"appleloader", other_system},
    {"truecrypt", other_system},
    {"halt", leave},
    {"poweroff", leave},
    {"reboot", leave},
    {"exit", leave},
    {"fwsetup", leave},
    {"normal_exit", leave},
});

}  // namespace

const std::span<const GrubCommandRow> kGrubBootCommands = kRows;

}  // namespace kboot
