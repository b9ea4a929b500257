#include "loader/attempts/entry_file.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/architecture.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace kboot {
namespace {

constexpr std::string_view kFolder = "/loader/entries";
constexpr std::size_t kMaxFile = 65536;  // bytes

/// A path, cut before its last component.
struct SplitPath {
  std::string folder;
  std::string name;
};

/// Nothing when it is not that of an entry.
std::optional<SplitPath> split_entry_path(const Location& location) {
  return std::visit(
      [](const auto& at) -> std::optional<SplitPath> {
        if constexpr (std::is_same_v<std::decay_t<decltype(at)>, Url>) {
          return std::nullopt;
        } else {
          const std::size_t slash = at.path.rfind('/');
          if (slash == std::string::npos) return std::nullopt;
          SplitPath split{at.path.substr(0, slash), at.path.substr(slash + 1)};
          if (!split.folder.ends_with(kFolder) || !split.name.ends_with(".conf")) return std::nullopt;
          return split;
        }
      },
      location);
}

/// Nothing is in what a power cut has left of a name that was just being made.
bool is_left_over(const DirectoryEntry& entry, const CountedName& name) {
  return name.counted && entry.size == 0 && !entry.link_target;
}

}  // namespace

std::optional<EntryFile> find_entry(const Location& location, Resolver& resolver) {
  const std::optional<SplitPath> path = split_entry_path(location);
  if (!path) return std::nullopt;
  const auto folder = resolver.find(with_path(location, path->folder));
  if (!folder || folder->kind != FileKind::directory) return std::nullopt;

  const std::string wanted = parse_counted_name(path->name).name;
  std::optional<std::pair<CountedName, std::string>> best;
  for (const DirectoryEntry& entry : resolver.list(*folder)) {
    CountedName name = parse_counted_name(entry.name);
    if (name.name != wanted || entry.kind != FileKind::regular || is_left_over(entry, name)) continue;
    if (!best || counts_before(name, best->first)) best.emplace(std::move(name), entry.name);
  }
  if (!best) return std::nullopt;
  return EntryFile{resolver.resolve(with_path(location, path->folder + "/" + best->second)), best->first};
}

BlsEntry read_entry(const EntryFile& entry, Resolver& resolver, Diagnostics& diagnostics) {
  const std::string text = read_file(resolver.open(entry.file, {}).get(), kMaxFile);
  return read_bls_entry(text, entry.name.file_name(), diagnostics);
}

BootEntry boot_entry_of(const EntryFile& entry, const BlsEntry& says, const std::vector<std::string>& words,
                        std::string origin) {
  if (says.linux.empty()) fail("names no kernel of Linux");
  if (!starts_kernels_for(says.architecture))
    fail("a kernel for another machine, {}", printable(says.architecture));

  // The folder in which `loader` is: the partition's root, or /boot where that is no partition.
  const std::optional<SplitPath> path = split_entry_path(entry.file.location);
  if (!path) fail("a link to what is no entry");
  const std::string top = path->folder.substr(0, path->folder.size() - kFolder.size());
  const auto on_partition = [&](const std::string& name) {
    return to_string(with_path(entry.file.location, top + (name.starts_with('/') ? "" : "/") + name));
  };

  BootEntry boot = parse_boot_words(words, {}, std::move(origin));
  boot.kernel = on_partition(says.linux);
  if (std::none_of(words.begin(), words.end(), [](const auto& word) { return word.starts_with("initrd="); }))
    for (const std::string& initrd : says.initrds) boot.initrds.push_back(on_partition(initrd));
  if (!says.options.empty()) boot.cmdline = says.options + (boot.cmdline.empty() ? "" : " ") + boot.cmdline;
  return boot;
}

}  // namespace kboot
