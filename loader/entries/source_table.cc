#include "loader/entries/source_table.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <span>

#include <fnmatch.h>

#include "base/error.h"
#include "base/text.h"
#include "config/formats/bls.h"
#include "config/formats/grub.h"
#include "config/formats/grub_legacy.h"
#include "config/formats/grubenv.h"
#include "config/formats/ipxe.h"
#include "config/formats/kernels.h"
#include "config/formats/loader_conf.h"
#include "config/formats/loopback.h"
#include "config/formats/places.h"
#include "config/formats/syslinux.h"
#include "config/formats/uki.h"
#include "config/formats/yaboot.h"
#include "loader/entries/devices.h"
#include "loader/entries/kboot_source.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxFile = std::size_t{4} << 20;
using Paths = std::span<const std::string_view>;

constexpr std::string_view kKbootPaths[] = {"/etc/kboot.conf", "/boot/kboot.conf", "/kboot.conf"};
constexpr std::string_view kBlsPaths[] = {"/loader/entries", "/boot/loader/entries"};
constexpr std::string_view kUkiPaths[] = {"/EFI/Linux", "/boot/EFI/Linux", "/boot/efi/EFI/Linux"};
constexpr std::string_view kGrubPaths[] = {"/boot/grub/grub.cfg", "/boot/grub2/grub.cfg",
                                           "/grub/grub.cfg",      "/grub2/grub.cfg",
                                           "/EFI/*/grub.cfg",     "/boot/efi/EFI/*/grub.cfg"};
constexpr std::string_view kGrubLegacyPaths[] = {"/boot/grub/menu.lst", "/boot/grub/grub.conf",
                                                 "/grub/menu.lst", "/grub/grub.conf"};
constexpr std::string_view kSyslinuxPaths[] = {"/boot/extlinux/extlinux.conf",
                                               "/extlinux/extlinux.conf",
                                               "/boot/extlinux.conf",
                                               "/extlinux.conf",
                                               "/boot/syslinux/syslinux.cfg",
                                               "/syslinux/syslinux.cfg",
                                               "/boot/isolinux/isolinux.cfg",
                                               "/isolinux/isolinux.cfg",
                                               "/isolinux.cfg",
                                               "/syslinux.cfg"};
constexpr std::string_view kYabootPaths[] = {"/etc/yaboot.conf", "/yaboot.conf"};
constexpr std::string_view kLoopbackPaths[] = {"/boot/grub/loopback.cfg", "/boot/grub2/loopback.cfg"};
constexpr std::string_view kRefindPaths[] = {"/boot/refind_linux.conf", "/refind_linux.conf"};
constexpr std::string_view kFirmwarePaths[] = {"/EFI/Microsoft/Boot/bootmgfw.efi"};

BootSource read_grub_cfg(const FilePlace& file, SourceReader& reader) {
  return read_grub(file, reader);
}

/// A loopback.cfg that is named, without the image that it is for.
BootSource read_loopback_file(const FilePlace& file, SourceReader& reader) {
  BootSource source = read_grub(file, reader);
  source.format = "loopback";
  return source;
}

std::map<std::string, std::string> variables_of(const FilePlace& grub_cfg, SourceReader& reader) {
  std::map<std::string, std::string> variables = grub_variables(grub_cfg, reader);
  // What the environment block says counts first, whether the grub.cfg loads it or not.
  const auto block =
      reader.read({grub_cfg.device, clean_path(folder_of(grub_cfg.path) + "/grubenv")}, kMaxGrubEnvironment);
  for (auto& [name, value] : read_grub_environment(block.value_or(""))) variables[name] = value;
  return variables;
}

std::vector<FilePlace> find_all(const std::string& device, const std::string& top, Paths paths,
                                SourceReader& reader);

/// The variables that entries of the Boot Loader Specification mean: of the grub.cfg beside them, else of one
/// on an ESP of this machine.
std::map<std::string, std::string> variables_for(const FilePlace& bls, SourceReader& reader) {
  if (!bls_needs_variables(bls, reader)) return {};
  std::vector<std::string> devices = {bls.device};
  for (const KnownDevice& one : reader.devices())
    if (one.name != bls.device) devices.push_back(one.name);
  for (const std::string& device : devices) {
    try {
      const std::vector<FilePlace> found = find_all(device, "", kGrubPaths, reader);
      if (!found.empty()) return variables_of(found.front(), reader);
    } catch (const Cancelled&) {
      throw;
    } catch (const Error&) {
      continue;  // another one may be readable
    }
  }
  return {};
}

BootSource read_bls_source(const FilePlace& folder, SourceReader& reader) {
  return read_bls(folder, variables_for(folder, reader), reader);
}

/// Whether loader.conf says that systemd-boot starts Windows by itself: it has a name for what it finds.
bool is_default_of_loader_conf(const FilePlace& windows, SourceReader& reader) {
  Diagnostics diagnostics;  // they are those of the entries
  const LoaderConf conf = read_loader_conf({windows.device, "/loader/loader.conf"}, reader, diagnostics);
  const bool names_it = std::any_of(conf.patterns.begin(), conf.patterns.end(),
                                    [](const std::string& one) { return one.starts_with("auto-"); });
  const FilePlace entries{windows.device, "/loader/entries"};
  return names_it && choose_by_loader_conf(conf, {{"auto-windows"}}, entries, ".conf", reader).entry;
}

/// Windows on an ESP: only the firmware can start it.
BootSource read_firmware(const FilePlace& file, SourceReader& reader) {
  BootSource source{.format = "firmware", .file = file};
  SourceEntry entry;
  entry.title = "Windows Boot Manager";
  entry.file = file;
  entry.kernel = file;
  entry.kind = SourceEntry::Kind::firmware;
  if (!reader.efi()) {
    entry.kind = SourceEntry::Kind::unbootable;
    entry.why = "only UEFI firmware starts it, and this machine was started by a BIOS";
  }
  source.entries.push_back(std::move(entry));
  if (is_default_of_loader_conf(file, reader)) source.default_entry = 0;
  return source;
}

/// A row of the table: a format and where its sources lie, from the top of a file system.
struct Row {
  std::string_view format;
  Paths paths;
  BootSource (*read)(const FilePlace& file, SourceReader& reader);
  SourceReader::Kind kind = SourceReader::Kind::file;
};

// In the order in which they count.
constexpr Row kRows[] = {
    {"kboot", kKbootPaths, read_kboot_source},
    {"bls", kBlsPaths, read_bls_source, SourceReader::Kind::folder},
    {"uki", kUkiPaths, read_uki_folder, SourceReader::Kind::folder},
    {"grub", kGrubPaths, read_grub_cfg},
    {"grub-legacy", kGrubLegacyPaths, read_grub_legacy},
    {"syslinux", kSyslinuxPaths, read_syslinux},
    {"yaboot", kYabootPaths, read_yaboot},
    {"refind", kRefindPaths, read_refind},
};
// What an image's own loopback.cfg says counts instead of all rows.
constexpr Row kLoopback = {"loopback", kLoopbackPaths, read_loopback_file};
// Beside the others, and no reason to leave a system's kernels out.
constexpr Row kFirmware = {"firmware", kFirmwarePaths, read_firmware};

bool ignores_case(const std::string& device, SourceReader& reader) {
  for (const KnownDevice& one : reader.devices())
    if (one.name == device) return names_ignore_case(one.type);
  return false;
}

/// The paths that a pattern stands for, sorted in each folder. `*` stands in one part of it only.
std::vector<FilePlace> expand(const std::string& device, const std::string& top, std::string_view pattern,
                              SourceReader& reader) {
  const bool any_case = ignores_case(device, reader);
  std::vector<FilePlace> places = {{device, top}};
  for (std::string_view rest = pattern; !rest.empty();) {
    rest.remove_prefix(1);
    const std::string part(rest.substr(0, rest.find('/')));
    rest.remove_prefix(part.size());
    std::vector<FilePlace> next;
    for (const FilePlace& place : places) {
      if (!any_case && part.find('*') == std::string::npos) {
        next.push_back({device, place.path + "/" + part});
        continue;
      }
      const FilePlace folder{device, place.path.empty() ? "/" : place.path};
      for (const std::string& name : reader.names(folder))
        if (::fnmatch(part.c_str(), name.c_str(), FNM_NOESCAPE | (any_case ? FNM_CASEFOLD : 0)) == 0)
          next.push_back({device, place.path + "/" + name});
    }
    places = std::move(next);
  }
  return places;
}

/// Those of the paths that are there.
std::vector<FilePlace> find_kind(const std::string& device, const std::string& top, Paths paths,
                                 SourceReader::Kind kind, SourceReader& reader) {
  std::vector<FilePlace> found;
  for (const std::string_view pattern : paths)
    for (FilePlace& place : expand(device, top, pattern, reader))
      if (reader.kind(place) == kind) found.push_back(std::move(place));
  return found;
}

std::vector<FilePlace> find_all(const std::string& device, const std::string& top, Paths paths,
                                SourceReader& reader) {
  return find_kind(device, top, paths, SourceReader::Kind::file, reader);
}

/// Whether some file of a folder may be an entry.
bool has_entries(const FilePlace& folder, std::string_view extension, SourceReader& reader) {
  const std::vector<std::string> names = reader.names(folder);
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return lower_case(name).ends_with(extension); });
}

BootSource read_source(const Row& row, const FilePlace& file, SourceReader& reader) {
  try {
    return row.read(file, reader);
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    BootSource source{.format = std::string(row.format), .file = file};
    source.diagnostics.push_back({file.str(), 0, describe(error)});
    return source;
  }
}

void add_row(std::vector<BootSource>& sources, const Row& row, const std::string& device,
             const std::string& top, SourceReader& reader) {
  for (const FilePlace& place : find_kind(device, top, row.paths, row.kind, reader)) {
    const bool folder = row.kind == SourceReader::Kind::folder;
    if (folder && !has_entries(place, row.format == "bls" ? ".conf" : ".efi", reader)) continue;
    sources.push_back(read_source(row, place, reader));
  }
}

/// The folders of a device in which a system's root may lie: a btrfs keeps it in a sub-volume, by custom.
std::vector<std::string> tops_of(const std::string& device, SourceReader& reader) {
  std::vector<std::string> tops = {""};
  for (const KnownDevice& one : reader.devices()) {
    if (one.name != device || one.type != "btrfs") continue;
    for (const char* top : {"/@", "/@rootfs", "/root"})
      if (reader.kind({device, top}) == SourceReader::Kind::folder) tops.emplace_back(top);
  }
  return tops;
}

const Row* row_of_path(const std::string& path) {
  const auto fits = [&](const Row& row) {
    return std::any_of(row.paths.begin(), row.paths.end(), [&](std::string_view pattern) {
      return lower_case(file_name_of(pattern)) == lower_case(file_name_of(path));
    });
  };
  if (fits(kLoopback)) return &kLoopback;
  for (const Row& row : kRows)
    if (row.kind == SourceReader::Kind::file && fits(row)) return &row;
  return nullptr;
}

const Row& row_of_format(std::string_view format) {
  return *std::find_if(std::begin(kRows), std::end(kRows),
                       [&](const Row& row) { return row.format == format; });
}

template <typename Words>
bool is_one_of(const Words& words, std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

/// What the words at the beginning of a text's lines tell of its format; nothing for a text that is none.
std::optional<std::string_view> format_of_text(std::string_view text) {
  static constexpr std::string_view kBls[] = {
      "title", "version", "machine-id", "sort-key",     "linux",   "initrd",  "options",
      "efi",   "uki",     "devicetree", "architecture", "profile", "uki-url", "devicetree-overlay"};
  static constexpr std::string_view kGrub[] = {"menuentry", "submenu",    "set",      "search",
                                               "insmod",    "configfile", "linux16",  "linuxefi",
                                               "function",  "load_env",   "initrdefi"};
  static constexpr std::string_view kSyslinux[] = {"label",  "kernel", "append",  "ui",       "include",
                                                   "prompt", "menu",   "default", "localboot"};
  bool grub = false;
  bool label = false;
  bool syslinux = false;
  bool title = false;
  bool legacy = false;
  bool kernel = false;
  bool only_bls = true;
  bool image = false;
  bool assignment = false;
  for (const std::string_view whole : lines_of(text)) {
    const std::string_view line = trim(whole);
    if (line.empty() || line.front() == '#') continue;
    const std::string word(line.substr(0, line.find_first_of(" \t({=")));
    const std::string lower = lower_case(word);
    const bool assigns = trim(line.substr(word.size())).starts_with('=');
    grub = grub || (!assigns && is_one_of(kGrub, word));
    label = label || (lower == "label" && !assigns);
    syslinux = syslinux || (!assigns && is_one_of(kSyslinux, lower));
    title = title || (word == "title" && !assigns);
    legacy =
        legacy ||
        (!assigns && (word == "kernel" || word == "root" || word == "rootnoverify" || word == "chainloader"));
    kernel = kernel || (!assigns && (word == "linux" || word == "efi" || word == "uki"));
    only_bls = only_bls && !assigns && is_one_of(kBls, lower);
    image = image || (lower == "image" && assigns);
    assignment = assignment || assigns;
  }
  if (kernel && only_bls) return "bls";
  if (grub || (kernel && !label)) return "grub";
  if (label) return "syslinux";
  if (title && legacy) return "grub-legacy";
  if (syslinux) return "syslinux";
  if (image) return "yaboot";
  if (assignment) return "kboot";
  return std::nullopt;
}

/// What reads a configuration that begins so; null: it is none.
auto reader_of_text(const FilePlace& file, std::string_view head)
    -> BootSource (*)(const FilePlace&, SourceReader&) {
  if (head.starts_with("#!ipxe")) return read_ipxe;
  if (const Row* row = row_of_path(file.path)) return row->read;
  if (file_name_of(folder_of(file.path)) == "pxelinux.cfg") return read_syslinux;
  if (folder_of(file.path).ends_with("/loader/entries")) return read_bls_source;
  const auto format = format_of_text(head);
  return format ? row_of_format(*format).read : nullptr;
}

}  // namespace

std::vector<BootSource> find_sources(const std::string& device, SourceReader& reader) {
  std::vector<BootSource> sources;
  if (const auto image = image_of(device))
    if (auto source = read_loopback(*image, reader)) return {std::move(*source)};
  for (const std::string& top : tops_of(device, reader)) {
    const std::size_t before = sources.size();
    for (const Row& row : kRows) add_row(sources, row, device, top, reader);
    if (sources.size() == before && is_system_root(device, top, reader)) {
      BootSource kernels = read_kernels(device, top, reader);
      if (!kernels.entries.empty()) sources.push_back(std::move(kernels));
    }
  }
  add_row(sources, kFirmware, device, "", reader);
  return sources;
}

BootSource read_named_source(const FilePlace& file, SourceReader& reader) {
  const auto head = reader.read_part(file, 0, kMaxFile);
  if (!head) fail("{}: no such file", file.str());
  if (head->starts_with("MZ")) {
    if (lower_case(file.path).ends_with("/efi/microsoft/boot/bootmgfw.efi"))
      return read_firmware(file, reader);
    return read_uki(file, reader);
  }
  const auto read = reader_of_text(file, *head);
  if (read == nullptr) fail("{}: no boot configuration that is known", file.str());
  return read(file, reader);
}

bool is_source(const FilePlace& file, std::string_view head) {
  // A server that has no such file may answer with a page.
  if (head.find('\0') != std::string_view::npos || trim(head).starts_with('<')) return false;
  return reader_of_text(file, head) != nullptr;
}

std::vector<std::string_view> source_formats() {
  std::vector<std::string_view> formats;
  for (const Row& row : kRows) formats.push_back(row.format);
  return formats;
}

}  // namespace kboot
