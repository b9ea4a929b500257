#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/formats/boot_source.h"

namespace kboot {

/// A boot entry with what a list knows of it.
struct ListedEntry {
  std::string id;          ///< `sda1#debian`, what is typed; unique on this machine
  std::string place;       ///< `sda1`
  std::string name;        ///< `debian`
  std::size_t number = 0;  ///< from 1, in the list
  std::string format;
  bool is_default = false;  ///< of its source, or of one that offers the same
  SourceEntry entry;
};

struct ListedSource {
  std::string place;
  std::string format;
  FilePlace file;
  std::string default_id;  ///< empty: none
  std::optional<unsigned> timeout;
  Diagnostics diagnostics;
};

/// What can be booted at some places.
struct EntryList {
  std::vector<ListedEntry> entries;
  std::vector<ListedSource> sources;
};

/// The list of one place: without what an earlier source offers already, with ids, and with what does not
/// exist marked as unbootable.
EntryList make_list(const std::string& place, std::vector<BootSource> sources, SourceReader& reader);

/// Puts the lists of several places behind one another.
void append(EntryList& to, EntryList more);

/// The entry that `name` means: its name in any case, else its number. Null when there is none.
const ListedEntry* find_entry(const EntryList& list, std::string_view name);

/// What the place boots by itself: the first source's default that can be booted. Null when there is none.
const ListedEntry* default_entry(const EntryList& list);

/// `debian-gnu-linux` of `Debian GNU/Linux`; `entry` of a text without any letter.
std::string slug(std::string_view title);

/// `linux`, `multiboot`, …
std::string_view kind_name(SourceEntry::Kind kind);

/// {"entries": […], "sources": […]}, one line without its newline.
std::string entries_json(const EntryList& list);
/// The list for people.
std::string entries_text(const EntryList& list);

}  // namespace kboot
