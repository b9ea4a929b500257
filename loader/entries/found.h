#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "loader/entries/published.h"
#include "pathfs/resolver.h"

namespace kboot {

/// What was published; where nothing was yet, the first of it, waited for not longer than `patience`. Nothing
/// where there is no discovery, and when none answered. Throws Cancelled.
std::optional<PublishedEntries> await_published(const Published& published,
                                                std::chrono::milliseconds patience);

/// The volumes and arrays that sessions have made: `mapper/root`, `md0`. The discovery leaves them alone.
std::vector<std::string> volume_names(Mounter& mounter);

/// Is given what is not listed, and why.
using ListNote = std::function<void(const std::string& message)>;

/// What can be booted on these. Throws Cancelled.
EntryList list_volumes(Resolver& resolver, const ListNote& note);

/// What can be booted on a LUKS volume that was just opened, `mapper/luks-1234`: on it, or on the logical
/// volumes on it, which are activated. Throws Error, Cancelled.
EntryList list_opened(const std::string& volume, Resolver& resolver, const ListNote& note);

/// Takes the locked volumes out that are open as one of `volumes`.
void drop_opened(PublishedEntries& published, const std::vector<std::string>& volumes);

/// What was published, and what is on the volumes that sessions have made. Throws Cancelled.
EntryList list_with_volumes(PublishedEntries published, Resolver& resolver, const ListNote& note);

/// What the discovery found, and the volumes that sessions made of it; without a discovery list_all().
EntryList list_found(const Published& published, Resolver& resolver, const ListNote& note);

/// "Debian GNU/Linux 12 on sda2, Windows on nvme0n1p3; entries shows all, #1 boots the first": a line for a
/// machine where nothing boots by itself. `list_command` shows all; empty: none does.
std::string found_line(const PublishedEntries& published, const std::string& list_command);

/// The only file system with an /etc/fstab, when no other can turn up any more. Null: none, or several.
const PublishedPlace* only_root(const PublishedEntries& published);

/// The booted system's root, where nothing says where that is and there is only one file system that can be
/// it.
struct FoundRoot {
  std::string node;
  std::string sentence;  ///< says so
};
std::optional<FoundRoot> find_root(const Published& published, const BootedRoot& booted);

/// "root=/dev/sda2 (Debian GNU/Linux 12) or root=/dev/sdb1"; empty: no file system is a system's root.
std::string root_candidates(const PublishedEntries& published);

}  // namespace kboot
