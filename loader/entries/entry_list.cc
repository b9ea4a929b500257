#include "loader/entries/entry_list.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/number.h"
#include "base/text.h"
#include "config/formats/places.h"

namespace kboot {
namespace {

using Kind = SourceEntry::Kind;

/// Whether two entries boot the same: then one of them is enough.
bool same_boot(const SourceEntry& one, const SourceEntry& other) {
  return one.kernel && one.kernel == other.kernel && one.initrds == other.initrds &&
         one.modules == other.modules && one.devicetree == other.devicetree && one.cmdline == other.cmdline &&
         one.profile == other.profile;
}

bool has_blank(std::string_view text) {
  return text.find_first_of(" \t\r\n") != std::string_view::npos;
}

/// Gives names that are unique without regard to case.
class Names {
 public:
  std::string unique(const std::string& name) {
    std::string result = name;
    for (int number = 2; !used_.insert(lower_case(result)).second; ++number)
      result = fmt::format("{}-{}", name, number);
    return result;
  }

 private:
  std::set<std::string> used_;
};

/// Why a file cannot be had, or nothing.
std::string missing(const FilePlace& place, SourceReader& reader) {
  // A server is asked when the entry is booted.
  if (is_url(place.device) || reader.kind(place) == SourceReader::Kind::file) return "";
  return place.str() + ": no such file";
}

void check_files(SourceEntry& entry, SourceReader& reader) {
  if (entry.kind != Kind::linux && entry.kind != Kind::uki && entry.kind != Kind::multiboot) return;
  if (!entry.kernel) {
    entry.kind = Kind::unbootable;
    if (entry.why.empty()) entry.why = "names no kernel";
    return;
  }
  std::string why = missing(*entry.kernel, reader);
  for (const FilePlace& initrd : entry.initrds)
    if (why.empty()) why = missing(initrd, reader);
  for (const BootModule& module : entry.modules)
    if (why.empty()) why = missing(module.file, reader);
  if (why.empty()) return;
  entry.kind = Kind::unbootable;
  entry.why = std::move(why);
}

/// Where a source's entry is in the list: of one that was dropped, where the kept one is.
using Positions = std::vector<std::size_t>;

}  // namespace

std::string slug(std::string_view title) {
  std::string name;
  for (const char c : lower_case(title)) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
    if (kept)
      name += c;
    else if (!name.ends_with('-'))
      name += '-';
  }
  if (name.starts_with('-')) name.erase(0, 1);
  if (name.ends_with('-')) name.pop_back();
  return name.empty() ? "entry" : name;
}

EntryList make_list(const std::string& place, std::vector<BootSource> sources, SourceReader& reader) {
  EntryList list;
  std::vector<Positions> positions;
  Names names;
  for (BootSource& source : sources) {
    const std::size_t earlier = list.entries.size();
    Positions& at = positions.emplace_back();
    for (SourceEntry& entry : source.entries) {
      const auto end = list.entries.begin() + static_cast<std::ptrdiff_t>(earlier);
      const auto same = std::find_if(list.entries.begin(), end, [&](const ListedEntry& listed) {
        return same_boot(listed.entry, entry);
      });
      if (same != end) {
        at.push_back(static_cast<std::size_t>(same - list.entries.begin()));
        continue;
      }
      at.push_back(list.entries.size());
      ListedEntry listed;
      listed.place = place;
      listed.format = source.format;
      const bool own_name = !entry.name.empty() && !has_blank(entry.name);
      listed.name = names.unique(own_name ? entry.name : slug(entry.name.empty() ? entry.title : entry.name));
      listed.id = place + "#" + listed.name;
      listed.entry = std::move(entry);
      list.entries.push_back(std::move(listed));
    }
    // Where the firmware's own loader reads it without being told a default, another loader may be: its
    // default counts, else the first entry.
    if (!source.default_entry || *source.default_entry >= at.size()) source.default_entry.reset();
    list.sources.push_back(
        {place, source.format, source.file, "", source.timeout, std::move(source.diagnostics)});
  }
  for (std::size_t i = 0; i < sources.size(); ++i) {
    std::optional<std::size_t> chosen;
    if (sources[i].default_entry) {
      chosen = positions[i][*sources[i].default_entry];
    } else if (sources[i].format == "bls" && !sources[i].default_elsewhere && !positions[i].empty()) {
      for (std::size_t other = i + 1; other < sources.size() && !chosen; ++other) {
        if (!sources[other].default_entry) continue;
        const std::size_t at = positions[other][*sources[other].default_entry];
        if (std::find(positions[i].begin(), positions[i].end(), at) != positions[i].end()) chosen = at;
      }
      if (!chosen) chosen = positions[i].front();
    }
    if (!chosen) continue;
    list.entries[*chosen].is_default = true;
    list.sources[i].default_id = list.entries[*chosen].id;
  }
  for (std::size_t i = 0; i < list.entries.size(); ++i) {
    list.entries[i].number = i + 1;
    check_files(list.entries[i].entry, reader);
  }
  return list;
}

void append(EntryList& to, EntryList more) {
  for (ListedEntry& entry : more.entries) {
    entry.number = to.entries.size() + 1;
    to.entries.push_back(std::move(entry));
  }
  for (ListedSource& source : more.sources) to.sources.push_back(std::move(source));
}

const ListedEntry* find_entry(const EntryList& list, std::string_view name) {
  for (const ListedEntry& entry : list.entries)
    if (lower_case(entry.name) == lower_case(name)) return &entry;
  const auto number = whole_number(name);
  if (!number || *number == 0 || *number > list.entries.size()) return nullptr;
  return &list.entries[static_cast<std::size_t>(*number) - 1];
}

const ListedEntry* default_entry(const EntryList& list) {
  for (const ListedSource& source : list.sources)
    for (const ListedEntry& entry : list.entries)
      if (!source.default_id.empty() && entry.id == source.default_id &&
          entry.entry.kind != Kind::unbootable && entry.entry.kind != Kind::locked &&
          entry.entry.kind != Kind::firmware)
        return &entry;
  return nullptr;
}

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::linux:
      return "linux";
    case Kind::multiboot:
      return "multiboot";
    case Kind::uki:
      return "uki";
    case Kind::firmware:
      return "firmware";
    case Kind::locked:
      return "locked";
    case Kind::unbootable:
      break;
  }
  return "unbootable";
}

std::string entries_text(const EntryList& list) {
  std::string text;
  std::string place;
  std::size_t width = 0;
  for (const ListedEntry& entry : list.entries) width = std::max(width, printable(entry.name).size());
  constexpr std::size_t kWidest = 32;
  width = std::min(width, kWidest);
  for (const ListedEntry& entry : list.entries) {
    if (entry.place != place || text.empty()) {
      text += printable(entry.place) + "\n";
      place = entry.place;
    }
    std::string title = join(entry.entry.submenu, " > ");
    title += (title.empty() ? "" : " > ") + entry.entry.title;
    text += fmt::format("{:>4} {} {:{}}  {}\n", entry.number, entry.is_default ? '*' : ' ',
                        "#" + printable(entry.name), width + 1, printable(title));
    if (!entry.entry.why.empty()) text += fmt::format("       {}\n", printable(entry.entry.why));
  }
  return text;
}

}  // namespace kboot
