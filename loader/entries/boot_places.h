#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loader/entries/entry_list.h"
#include "loader/entries/resolver_reader.h"
#include "pathfs/resolver.h"

namespace kboot {

/// Where boot sources are looked for: a device, a folder in any tree, or one configuration file.
struct BootPlace {
  enum class Kind { device, folder, file };
  Kind kind = Kind::device;
  std::string name;  ///< as ids begin with it: `sda1`, `/mnt/disk`, `sda1:/boot/grub/grub.cfg`
  FilePlace file;    ///< a file's place, else the device with an empty path
};

/// The place that a word names, or nothing: no such device, file or folder. Throws Error, Cancelled.
std::optional<BootPlace> find_place(std::string_view word, Resolver& resolver, const Location& cwd);

/// What can be booted there. Throws Error for a file that is no configuration, a device that cannot be read.
EntryList list_place(const BootPlace& place, Resolver& resolver);
/// The same as that machine lists it: some configurations ask for its firmware or its name.
EntryList list_place(const BootPlace& place, Resolver& resolver, MachineFacts& machine);

/// What is listed for a LUKS volume that is not open: one locked entry.
EntryList locked_list(const BlockDevice& device);

/// What can be booted on all devices of this machine, which are looked at one by one; `note` is told of one
/// that cannot be read.
EntryList list_all(Resolver& resolver, const std::function<void(const std::string& message)>& note);
EntryList list_all(Resolver& resolver, const std::function<void(const std::string& message)>& note,
                   MachineFacts& machine);

/// The place and the entry's name of `sda1#debian`: of several `#` the first behind which there is a place.
struct EntryWord {
  BootPlace place;
  std::string name;
};
std::optional<EntryWord> split_entry_word(std::string_view word, Resolver& resolver, const Location& cwd);

}  // namespace kboot
