#include "config/formats/bls.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/architecture.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "config/bls_entry.h"
#include "config/boot_count.h"
#include "config/formats/loader_conf.h"
#include "config/formats/places.h"
#include "config/formats/uki.h"
#include "config/formats/version_order.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxEntries = 10'000;
constexpr std::size_t kMaxExpanded = std::size_t{64} << 10;
constexpr std::string_view kConf = ".conf";
constexpr std::string_view kFolder = "/loader/entries";

bool is_name_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// `$name` and `${name}` replaced. A `$` before anything else is itself.
class Expander {
 public:
  Expander(const std::map<std::string, std::string>& variables, const FilePlace& file,
           Diagnostics& diagnostics)
      : variables_(variables), file_(file), diagnostics_(diagnostics) {}

  std::string operator()(std::string_view text) {
    std::string result;
    while (!text.empty()) {
      if (result.size() + text.size() > kMaxExpanded && result.size() > text.size()) {
        diagnostics_.push_back({file_.str(), 0, "a line is cut: it stands for too many letters"});
        break;
      }
      const std::size_t dollar = text.find('$');
      result += text.substr(0, dollar);
      if (dollar == std::string_view::npos) break;
      text.remove_prefix(dollar);
      const std::string_view name = name_at(text);
      if (name.empty()) {
        result += '$';
        text.remove_prefix(1);
        continue;
      }
      result += value_of(std::string(name));
      text.remove_prefix(name.size() + (text[1] == '{' ? 3 : 1));
    }
    return std::string(trim(result));
  }

 private:
  /// The name behind the `$` that `text` begins with, or nothing.
  static std::string_view name_at(std::string_view text) {
    const bool braces = text.size() > 1 && text[1] == '{';
    const std::string_view rest = text.substr(braces ? 2 : 1);
    const auto end = std::find_if_not(rest.begin(), rest.end(), is_name_letter);
    const std::string_view name = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
    if (braces && !rest.substr(name.size()).starts_with('}')) return {};
    return name;
  }

  std::string value_of(const std::string& name) {
    const auto found = variables_.find(name);
    if (found != variables_.end()) return found->second;
    if (name == "kernelopts")
      diagnostics_.push_back({file_.str(), 0, "$kernelopts: neither a grubenv nor a grub.cfg sets it"});
    return "";
  }

  const std::map<std::string, std::string>& variables_;
  const FilePlace& file_;
  Diagnostics& diagnostics_;
};

/// An entry with what its order depends on.
struct Found {
  SourceEntry entry;
  std::string file_name;  ///< without the counter
  std::string version;
  std::string machine_id;
  std::string sort_key;
  CountedName name;
};

/// The order of the specification, "Sorting".
bool sorts_before(const Found& one, const Found& other) {
  if (one.name.used_up() != other.name.used_up()) return other.name.used_up();
  if (one.sort_key.empty() != other.sort_key.empty()) return other.sort_key.empty();
  if (!one.sort_key.empty()) {
    if (one.sort_key != other.sort_key) return one.sort_key < other.sort_key;
    if (one.machine_id != other.machine_id) return one.machine_id < other.machine_id;
    if (const int order = compare_versions(one.version, other.version); order != 0) return order > 0;
  }
  if (const int order = compare_versions(one.file_name, other.file_name); order != 0) return order > 0;
  return one.file_name < other.file_name;
}

class BlsReader {
 public:
  BlsReader(const std::string& folder, std::string device,
            const std::map<std::string, std::string>& variables, SourceReader& reader,
            Diagnostics& diagnostics)
      : device_(std::move(device)), variables_(variables), reader_(reader), diagnostics_(diagnostics) {
    if (folder.ends_with(kFolder)) top_ = folder.substr(0, folder.size() - kFolder.size());
  }

  /// Nothing for an entry of another machine, and for what is none.
  std::optional<Found> read(const FilePlace& file);

 private:
  FilePlace find(std::string path);
  void start(SourceEntry& entry, const BlsEntry& says, Expander& expand);
  void start_efi(SourceEntry& entry, const std::string& profile);

  std::string device_;
  std::string top_;  ///< the folder that `loader` is in; empty: the top of the file system
  const std::map<std::string, std::string>& variables_;
  SourceReader& reader_;
  Diagnostics& diagnostics_;
};

/// Where a path of an entry leads: the specification's top is that of a partition, which may be seen in a
/// folder here, or the folder /boot of another one there.
FilePlace BlsReader::find(std::string path) {
  std::replace(path.begin(), path.end(), '\\', '/');
  path = clean_path(path);
  FilePlace first{device_, path};
  std::vector<FilePlace> candidates = {first};
  if (!top_.empty()) candidates.push_back({device_, top_ + path});
  constexpr std::string_view kBoot = "/boot/";
  if (path.starts_with(kBoot)) {
    candidates.push_back({device_, path.substr(kBoot.size() - 1)});
    if (!top_.empty()) candidates.push_back({device_, top_ + path.substr(kBoot.size() - 1)});
  }
  for (const FilePlace& candidate : candidates)
    if (reader_.kind(candidate) == SourceReader::Kind::file) return candidate;
  return first;
}

void BlsReader::start_efi(SourceEntry& entry, const std::string& profile) {
  switch (efi_kind(*entry.kernel, reader_)) {
    case EfiKind::linux:
    case EfiKind::none:  // it is reported as a missing file
      return;
    case EfiKind::other:
      entry.kind = SourceEntry::Kind::unbootable;
      entry.why = entry.kernel->str() + ": an EFI program that is no kernel of Linux";
      return;
    case EfiKind::uki:
      break;
  }
  entry.kind = SourceEntry::Kind::uki;
  const std::vector<UkiProfile> profiles = read_uki_profiles(*entry.kernel, reader_);
  const std::size_t number = whole_number(profile).value_or(0);
  if (number >= profiles.size()) {
    entry.kind = SourceEntry::Kind::unbootable;
    entry.why = fmt::format("{}: no profile {}", entry.kernel->str(), number);
    return;
  }
  entry.profile = number;
  entry.parts = profiles[number].parts;
  if (entry.cmdline.empty()) entry.cmdline = profiles[number].cmdline;
}

void BlsReader::start(SourceEntry& entry, const BlsEntry& says, Expander& expand) {
  entry.cmdline = expand(says.options);
  // A name that stands for nothing leaves no gap.
  if (says.options.find('$') != std::string::npos) entry.cmdline = join(split_words(entry.cmdline));
  for (const std::string& line : says.initrds)
    for (const std::string& initrd : split_blanks(expand(line))) entry.initrds.push_back(find(initrd));
  if (const std::string tree = expand(says.devicetree); !tree.empty()) entry.devicetree = find(tree);

  const std::string kernel = expand(says.linux);
  const std::string program = expand(says.uki.empty() ? says.efi : says.uki);
  if (!kernel.empty()) {
    entry.kernel = find(kernel);
  } else if (!program.empty()) {
    entry.kernel = find(program);
    start_efi(entry, says.profile);
  } else {
    entry.kind = SourceEntry::Kind::unbootable;
    entry.why = "names no kernel";
  }
}

std::optional<Found> BlsReader::read(const FilePlace& file) {
  std::optional<std::string> text;
  try {
    text = reader_.read(file, kMaxSourceFile);
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    diagnostics_.push_back({file.str(), 0, describe(error)});
  }
  if (!text) return std::nullopt;

  Found found;
  found.name = parse_counted_name(file_name_of(file.path));
  if (found.name.counted && text->empty()) return std::nullopt;  // what a power cut left
  const BlsEntry says = read_bls_entry(*text, file.str(), diagnostics_, EfiKeys::kept);
  if (!starts_kernels_for(says.architecture)) return std::nullopt;

  found.file_name = found.name.name;
  found.version = says.version;
  found.machine_id = says.machine_id;
  found.sort_key = says.sort_key;
  SourceEntry& entry = found.entry;
  entry.file = file;
  entry.name = found.file_name.substr(
      0, found.file_name.size() - (found.file_name.ends_with(kConf) ? kConf.size() : 0));
  Expander expand(variables_, file, diagnostics_);
  entry.title = expand(says.title);
  if (entry.title.empty()) entry.title = entry.name;
  start(entry, says, expand);
  if (!entry.kernel && says.linux.empty() && says.efi.empty() && says.uki.empty()) {
    diagnostics_.push_back({file.str(), 0, "names no kernel"});
    return std::nullopt;
  }
  return found;
}

/// Of two files of one entry, which a power cut may leave, the one that counts.
void keep_one_of_each(std::vector<Found>& all) {
  std::vector<Found> kept;
  for (Found& one : all) {
    const auto same = std::find_if(kept.begin(), kept.end(),
                                   [&](const Found& other) { return other.file_name == one.file_name; });
    if (same == kept.end())
      kept.push_back(std::move(one));
    else if (counts_before(one.name, same->name))
      *same = std::move(one);
  }
  all = std::move(kept);
}

void tell_titles_apart(std::vector<Found>& all) {
  std::map<std::string, int> count;
  for (const Found& one : all) ++count[one.entry.title];
  for (Found& one : all)
    if (count[one.entry.title] > 1 && !one.version.empty()) one.entry.title += " (" + one.version + ")";
}

/// The default is what loader.conf says, else the first one where there is a loader.conf.
void choose_default(BootSource& source, const std::vector<Found>& all, SourceReader& reader) {
  const FilePlace& folder = source.file;
  const LoaderConf conf = read_loader_conf(
      {folder.device, clean_path(folder_of(folder.path) + "/loader.conf")}, reader, source.diagnostics);
  source.timeout = conf.timeout;
  std::vector<std::vector<std::string>> names;
  names.reserve(all.size());
  for (const Found& one : all) names.push_back(loader_conf_names(one.name.file_name()));
  std::optional<FilePlace> images;
  if (folder.path.ends_with(kFolder))
    images = {folder.device, folder.path.substr(0, folder.path.size() - kFolder.size()) + "/EFI/Linux"};
  const LoaderConfChoice choice = choose_by_loader_conf(conf, names, images, ".efi", reader);
  source.default_entry = choice.entry;
  source.default_elsewhere = choice.elsewhere;
  if (conf.there && !all.empty() && !choice.entry && !choice.elsewhere) source.default_entry = 0;
}

BootSource read_folder(const FilePlace& folder, const std::map<std::string, std::string>& variables,
                       SourceReader& reader) {
  BootSource source{.format = "bls", .file = folder};
  BlsReader entries(folder.path, folder.device, variables, reader, source.diagnostics);
  std::vector<Found> all;
  for (const std::string& name : reader.names(folder)) {
    if (!lower_case(name).ends_with(kConf) || name.starts_with('.')) continue;
    if (all.size() >= kMaxEntries) {
      source.diagnostics.push_back(
          {folder.str(), 0, fmt::format("more than {} entries: the rest is not read", kMaxEntries)});
      break;
    }
    if (auto found = entries.read({folder.device, clean_path(folder.path + "/" + name)}))
      all.push_back(std::move(*found));
  }
  keep_one_of_each(all);
  std::sort(all.begin(), all.end(), sorts_before);
  tell_titles_apart(all);

  choose_default(source, all, reader);
  for (Found& one : all) source.entries.push_back(std::move(one.entry));
  return source;
}

}  // namespace

BootSource read_bls(const FilePlace& folder_or_file, const std::map<std::string, std::string>& variables,
                    SourceReader& reader) {
  if (reader.kind(folder_or_file) == SourceReader::Kind::folder)
    return read_folder(folder_or_file, variables, reader);
  BootSource source{.format = "bls", .file = folder_or_file};
  BlsReader entries(folder_of(folder_or_file.path), folder_or_file.device, variables, reader,
                    source.diagnostics);
  if (auto found = entries.read(folder_or_file)) {
    source.entries.push_back(std::move(found->entry));
    source.default_entry = 0;
  }
  return source;
}

bool bls_needs_variables(const FilePlace& folder_or_file, SourceReader& reader) {
  const auto needs = [&](const FilePlace& file) {
    try {
      const auto text = reader.read(file, kMaxSourceFile);
      return text && text->find('$') != std::string::npos;
    } catch (const Cancelled&) {
      throw;
    } catch (const Error&) {
      return false;
    }
  };
  if (reader.kind(folder_or_file) != SourceReader::Kind::folder) return needs(folder_or_file);
  const std::vector<std::string> names = reader.names(folder_or_file);
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return name.ends_with(kConf) &&
           needs({folder_or_file.device, clean_path(folder_or_file.path + "/" + name)});
  });
}

}  // namespace kboot
