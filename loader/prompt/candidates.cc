#include "loader/prompt/candidates.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/lower_case.h"
#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/commands/left_out.h"
#include "loader/entries/boot_places.h"
#include "loader/entries/found.h"
#include "loader/entries/published.h"
#include "loader/session/session.h"

namespace kboot {
namespace {

constexpr std::string_view kDev = "/dev/";

struct TagKind {
  std::string_view begin;
  std::string BlockDevice::*value;
};
constexpr std::array<TagKind, 4> kTagKinds = {{{"LABEL=", &BlockDevice::label},
                                               {"PARTLABEL=", &BlockDevice::partlabel},
                                               {"PARTUUID=", &BlockDevice::partuuid},
                                               {"UUID=", &BlockDevice::uuid}}};

/// Whether a line can hold the name as one word, which needs no quotes and shows as it is.
bool fits_a_word(std::string_view name) {
  return name.find_first_of(" \t'\"") == std::string_view::npos && printable(name) == name;
}

/// A comma ends a path in `initrd=a,b`.
bool is_in_list(std::string_view prefix) {
  return prefix.starts_with("initrd=");
}

/// `x:` where x may be a host, `http:/`: nothing that a word typed so far is good enough to be asked for over
/// the network.
bool is_half_typed(std::string_view folder, Mounter& mounter) {
  const auto& schemes = fetchable_schemes();
  if (folder.ends_with(":/") &&
      std::find(schemes.begin(), schemes.end(), folder.substr(0, folder.size() - 2)) != schemes.end())
    return true;
  if (!folder.ends_with(':')) return false;
  std::string_view name = folder.substr(0, folder.size() - 1);
  if (is_tag(name)) return false;
  if (name.starts_with(kDev)) name.remove_prefix(kDev.size());
  return !mounter.is_device(name);
}

}  // namespace

void Candidates::add(const TypedWord& word, std::string_view rest, std::string_view end) {
  found_.push_back(fmt::format("{}{}{}", word.prefix, rest, end));
}

void Candidates::add_choice(const TypedWord& word, std::string_view choice) {
  if (choice.starts_with(word.text)) add(word, choice);
}

void Candidates::add_labels(const TypedWord& word) {
  for (const std::string& label : session_.variables().labels()) add_choice(word, label);
}

void Candidates::add_entries(const TypedWord& word) {
  const std::size_t hash = word.text.find('#');
  if (hash == std::string_view::npos) return;
  if (hash == 0) return add_numbers(word);
  const std::size_t before = found_.size();
  const PublishedEntries published = published_.read().value_or(PublishedEntries{});
  for (const ListedEntry& entry : published.list().entries) add_entry(word, entry.id, entry);
  if (found_.size() == before) add_entries_at(word, std::string(word.text.substr(0, hash)), published);
}

void Candidates::add_entry(const TypedWord& word, std::string_view typed, const ListedEntry& entry) {
  if (!lower_case(typed).starts_with(lower_case(word.text)) || !fits_a_word(typed)) return;
  add(word, typed);
  about_[found_.back()] = entry.entry.title;
}

/// Numbers are for lines; in a setting they would name another entry once a disk has come.
void Candidates::add_numbers(const TypedWord& word) {
  if (!word.prefix.empty()) return;
  EntryList list;
  if (const auto& shown = session_.shown_entries()) {
    list = *shown;
  } else if (auto found = published_.read()) {
    list = list_with_volumes(*std::move(found), session_.resolver(), [](const std::string&) {});
  }
  std::size_t position = 0;
  for (const ListedEntry& entry : list.entries) {
    const std::string number = fmt::format("#{}", ++position);
    if (!number.starts_with(word.text)) continue;
    add(word, number);
    about_[number] = fmt::format("{}  {}", entry.id, entry.entry.title);
  }
}

/// Of a place by another name, or one that the discovery knows nothing of.
void Candidates::add_entries_at(const TypedWord& word, const std::string& place,
                                const PublishedEntries& published) {
  Resolver& resolver = session_.resolver();
  if (Url::looks_like(place) || is_half_typed(place, resolver.mounter())) return;
  const auto found = find_place(place, resolver, session_.directory());
  if (!found) return;
  const PublishedPlace* known = published.find(found->name);
  const EntryList list = known == nullptr ? list_place(*found, resolver) : known->list;
  for (const ListedEntry& entry : list.entries)
    add_entry(word, fmt::format("{}#{}", place, entry.name), entry);
}

void Candidates::add_boot_options(const TypedWord& word) {
  const PublishedEntries published = published_.read().value_or(PublishedEntries{});
  const PublishedPlace* firmware = published.find(kFirmwarePlace);
  if (firmware == nullptr) return;
  for (const ListedEntry& entry : firmware->list.entries) add_entry(word, entry.name, entry);
}

void Candidates::add_commands(const TypedWord& word) {
  for (const Command& command : commands()) {
    if (is_left_out(command.name) || (session_.restricted() && !command.when_restricted)) continue;
    add_choice(word, command.name);
  }
}

void Candidates::add_assignments(const TypedWord& word) {
  for (const std::string_view name : reserved_names()) add_choice(word, std::string(name) + "=");
}

void Candidates::add_variables(const TypedWord& word) {
  for (const std::string_view name : reserved_names()) add_choice(word, name);
  for (const auto& [name, variable] : session_.variables().all()) add_choice(word, name);
}

void Candidates::add_nodes(const TypedWord& word, NameForm form, std::string_view end) {
  const std::string_view dev = form == NameForm::below_dev ? kDev : "";
  // `root=sd` becomes `root=/dev/sda2`.
  std::string_view begin = word.text;
  if (begin.starts_with(dev)) begin.remove_prefix(dev.size());
  if (!devices_.has_name_beginning(begin)) return;
  for (const BlockDevice& device : devices_.contents()) {
    const std::string_view name = std::string_view(device.node).substr(kDev.size());
    // One without contents has nothing that could be named: a disk with partitions, say.
    if (!device.type.empty() && name.starts_with(begin)) add(word, dev, std::string(name).append(end));
  }
}

bool Candidates::add_tags(const TypedWord& word, std::string_view end) {
  const auto* const kind = std::find_if(kTagKinds.begin(), kTagKinds.end(), [&](const TagKind& candidate) {
    return word.text.starts_with(candidate.begin);
  });
  if (kind == kTagKinds.end()) return false;
  for (const BlockDevice& device : devices_.contents()) {
    const std::string& value = device.*kind->value;
    const std::string tag = std::string(kind->begin) + value;
    // A colon would end the tag.
    if (!value.empty() && tag.starts_with(word.text) && fits_a_word(value) &&
        value.find(':') == std::string::npos)
      add(word, tag, end);
  }
  return true;
}

void Candidates::add_tag_kinds(const TypedWord& word) {
  for (const TagKind& kind : kTagKinds) add_choice(word, kind.begin);
}

void Candidates::add_devices(const TypedWord& word) {
  if (add_tags(word, "")) return;
  add_tag_kinds(word);
  if (kDev.starts_with(word.text))
    add_nodes({word.prefix, kDev}, NameForm::below_dev, "");
  else
    add_nodes(word, NameForm::below_dev, "");
}

void Candidates::add_paths(const TypedWord& word, Wanted wanted) {
  if (Url::looks_like(word.text)) return;
  if (word.text.find(':') == std::string_view::npos) {
    if (add_tags(word, ":")) return;
    if (word.text.starts_with(kDev)) return add_nodes(word, NameForm::below_dev, ":");
    if (!word.text.empty()) add_tag_kinds(word);
    // `/` alone is about the booted system.
    if (word.text.size() > 1) add_choice(word, kDev);
    if (!word.text.starts_with('/')) add_nodes(word, NameForm::bare, ":");
  }
  add_files(word, wanted);
}

void Candidates::add_files(const TypedWord& word, Wanted wanted) {
  const std::size_t cut = word.text.find_last_of("/:");
  const std::string_view folder = cut == std::string_view::npos ? "" : word.text.substr(0, cut + 1);
  const std::string_view begin = word.text.substr(folder.size());
  Resolver& resolver = session_.resolver();
  if (is_half_typed(folder, resolver.mounter())) return;
  if (begin == "..") add(word, folder, "../");

  // `/dev/sda6:` alone means the device's root.
  std::string where(folder.empty() ? "." : folder);
  if (where.ends_with(':')) where += '/';
  const ResolvedFile directory = resolver.resolve(session_.locate(where));
  if (directory.kind != FileKind::directory) return;
  for (const DirectoryEntry& entry : resolver.list(directory)) {
    const bool is_directory = entry.kind == FileKind::directory;
    if (!entry.name.starts_with(begin) || (begin.empty() && entry.name.starts_with('.'))) continue;
    if (wanted == Wanted::directories && !is_directory) continue;
    if (!fits_a_word(entry.name)) continue;
    if (is_in_list(word.prefix) && entry.name.find(',') != std::string::npos) continue;
    add(word, folder, entry.name + (is_directory ? "/" : ""));
  }
}

Completion Candidates::take() {
  // `#2` comes before `#10`.
  const auto key = [](const std::string& word) { return word.starts_with('#') ? word.size() : 0; };
  std::sort(found_.begin(), found_.end(), [&](const std::string& one, const std::string& other) {
    return std::pair(key(one), std::string_view(one)) < std::pair(key(other), std::string_view(other));
  });
  found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
  return {std::move(found_), std::move(about_)};
}

}  // namespace kboot
