#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "config/formats/grub/commands.h"
#include "config/formats/grub/options.h"
#include "config/formats/places.h"

namespace kboot {
namespace {

using Option = GrubOption;
using Value = GrubOption::Value;
using Kind = SourceReader::Kind;

enum class By { uuid, label, file };

/// The nearest device that has it: GRUB would have been started from this disk, which makes it the first.
const KnownDevice* look_for(GrubMachine& machine, By by, const std::string& key) {
  for (const KnownDevice* device : machine.devices.nearest_first()) {
    machine.spend(by == By::file ? kGrubDiskSteps : 1);
    const bool fits = by == By::uuid ? !key.empty() && lower_case(device->uuid) == lower_case(key)
                      : by == By::label
                          ? !key.empty() && device->label == key
                          : machine.files.kind_of(FilePlace{device->name, clean_path(key)}) != Kind::none;
    if (fits) return device;
  }
  return nullptr;
}

bool search_and_set(GrubMachine& machine, By by, const std::string& key, const std::string& variable) {
  if (const KnownDevice* found = look_for(machine, by, key)) {
    if (!variable.empty()) machine.variables.set(variable, machine.devices.name_of(found->name));
    return true;
  }
  const std::string_view what = by == By::uuid    ? "with the UUID"
                                : by == By::label ? "labelled"
                                                  : "with the file";
  std::string message = fmt::format("no file system {} {} on this machine", what, printable_head(key, 80));
  if (machine.in_condition) return false;
  machine.complain(message);
  machine.load.not_found = std::move(message);
  return false;
}

/// `search [--file|--label|--fs-uuid] [--set[=NAME]] [--no-floppy] [--hint HINT]… KEY [HINT]…`
bool search(GrubMachine& machine, const GrubCall& call) {
  static constexpr std::array kOptions = {
      Option{"file", 'f', Value::none},      Option{"label", 'l', Value::none},
      Option{"fs-uuid", 'u', Value::none},   Option{"set", 's', Value::optional},
      Option{"no-floppy", 'n', Value::none}, Option{"efidisk-only", '\0', Value::none},
      Option{"hint", 'h', Value::needed}};
  GrubArguments arguments = grub_arguments(call.arguments(), kOptions);
  std::vector<std::string>& words = arguments.words;
  std::string variable = arguments.value("set");
  if (variable.empty() && arguments.has("set")) variable = "root";
  // `--set KEY`: what stands behind --set is its variable only when a key is left.
  if (words.empty() && arguments.has("set") && !arguments.value("set").empty()) {
    words.push_back(variable);
    variable = "root";
  }
  if (words.empty()) {
    machine.complain("search: nothing to look for");
    return false;
  }
  const By by = arguments.has("file") ? By::file : arguments.has("label") ? By::label : By::uuid;
  return search_and_set(machine, by, words.front(), variable);
}

/// `search.fs_uuid KEY [NAME [HINT]…]`
bool search_short(GrubMachine& machine, const GrubCall& call) {
  if (call.words.size() < 2) {
    machine.complain(fmt::format("{}: nothing to look for", call.name()));
    return false;
  }
  const By by = call.name() == "search.file" || call.name() == "search.fs_file"     ? By::file
                : call.name() == "search.label" || call.name() == "search.fs_label" ? By::label
                                                                                    : By::uuid;
  return search_and_set(machine, by, call.words[1], call.words.size() > 2 ? call.words[2] : "");
}

/// GRUB's name of a file system.
std::string file_system(const std::string& type) {
  if (type == "ext3" || type == "ext4") return "ext2";
  if (type == "vfat" || type == "msdos") return "fat";
  if (type == "ntfs3") return "ntfs";
  return type;
}

/// MBR's partitions have identifiers of 11 characters.
std::string partition_map(const KnownDevice& device) {
  constexpr std::size_t kMbr = 11;
  if (device.partuuid.empty()) return {};
  return device.partuuid.size() == kMbr ? "msdos" : "gpt";
}

/// `probe [--set=NAME] --fs|--fs-uuid|--label|--partmap|--part-uuid|--driver DEVICE`
bool probe(GrubMachine& machine, const GrubCall& call) {
  static constexpr std::array kOptions = {
      Option{"set", 's', Value::needed},      Option{"driver", 'd', Value::none},
      Option{"partmap", 'p', Value::none},    Option{"fs", 'f', Value::none},
      Option{"fs-uuid", 'u', Value::none},    Option{"label", 'l', Value::none},
      Option{"part-uuid", '\0', Value::none}, Option{"partuuid", '\0', Value::none}};
  const GrubArguments arguments = grub_arguments(call.arguments(), kOptions);
  if (arguments.words.empty()) {
    machine.complain("probe: no device");
    return false;
  }
  const auto device = machine.devices.device(arguments.words.front());
  const KnownDevice* known = device ? machine.devices.find(*device) : nullptr;
  if (known == nullptr) return false;
  std::string value;
  if (arguments.has("fs-uuid"))
    value = known->uuid;
  else if (arguments.has("label"))
    value = known->label;
  else if (arguments.has("part-uuid") || arguments.has("partuuid"))
    value = known->partuuid;
  else if (arguments.has("fs"))
    value = file_system(known->type);
  else if (arguments.has("partmap"))
    value = partition_map(*known);
  else if (arguments.has("driver"))
    value = machine.reader.efi() ? "efidisk" : "biosdisk";
  if (value.empty()) return false;
  if (arguments.has("set")) machine.variables.set(arguments.value("set"), value);
  return true;
}

/// `loopback [-d] NAME [FILE]`
bool loopback(GrubMachine& machine, const GrubCall& call) {
  static constexpr std::array kOptions = {Option{"delete", 'd', Value::none},
                                          Option{"decompress", 'D', Value::none}};
  const GrubArguments arguments = grub_arguments(call.arguments(), kOptions);
  const std::vector<std::string>& words = arguments.words;
  if (arguments.has("delete") && !words.empty()) {
    machine.devices.remove_loop(words.front());
    return true;
  }
  if (words.size() < 2) {
    machine.complain(R"(loopback: not "loopback NAME FILE")");
    return false;
  }
  const std::optional<FilePlace> image = machine.files.place(words[1]);
  if (!image) {
    machine.complain(
        fmt::format("loopback: no device {} on this machine", machine.files.device_name(words[1])));
    return false;
  }
  machine.devices.add_loop(words.front(), *image);
  const bool there = machine.files.kind_of(image) == Kind::file;
  if (!there && !machine.in_condition) {
    machine.load.not_found = fmt::format("{}: no such file", printable(image->str()));
    machine.complain("loopback: " + machine.load.not_found);
  }
  return there;
}

constexpr std::array kRows = std::to_array<GrubCommandRow>({
    {"search", search},
    {"search.fs_uuid", search_short},
    {"search.fs_label", search_short},
    {"search.fs_file", search_short},
    {"search.file", search_short},
    {"search.label", search_short},
    {"search_fs_uuid", search_short},
    {"search_label", search_short},
    {"search_fs_file", search_short},
    {"probe", probe},
    {"loopback", loopback},
});

}  // namespace

const std::span<const GrubCommandRow> kGrubDeviceCommands = kRows;

}  // namespace kboot
