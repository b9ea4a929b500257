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

/// The place of the firmware's own boot options, where the machine was started by UEFI firmware.
inline constexpr const char* kFirmwarePlace = "firmware";

/// Where boot sources are looked for: a device, a folder in any tree, an image file with a file system of its
/// own, one configuration file, a URL, or the firmware.
struct BootPlace {
  enum class Kind { device, folder, image, file, url, firmware };
  Kind kind = Kind::device;
  std::string name;  ///< as ids begin with it: `sda1`, `/mnt/disk`, `sda1:/x.iso`, `sda1:/boot/grub/grub.cfg`
  FilePlace file;    ///< a file's place, else the device with an empty path
  std::optional<Url> url;  ///< as it was written, of a URL
};

/// The place that a word names, or nothing: no such device, file or folder. No server is asked for a URL.
/// Throws Error, Cancelled; Error also for `firmware` on a machine that was not started by UEFI.
std::optional<BootPlace> find_place(std::string_view word, Resolver& resolver, const Location& cwd);
/// The same for that machine, whose leases `dhcp` means.
std::optional<BootPlace> find_place(std::string_view word, Resolver& resolver, const Location& cwd,
                                    MachineFacts& machine);

/// What can be booted there. Throws Error for a file that is no configuration, for a device or a server that
/// cannot be read.
EntryList list_place(const BootPlace& place, Resolver& resolver);
/// The same as that machine lists it: some configurations ask for its firmware or its name.
EntryList list_place(const BootPlace& place, Resolver& resolver, MachineFacts& machine);

/// The first bytes of a file on a server; empty when asking again may help, which is up to whoever fetches it
/// whole. Throws Error, Cancelled.
std::string head_of(const Url& url, Resolver& resolver);
/// Whether a URL is a place by itself: PXELINUX's folder, or a file whose first bytes are a configuration's,
/// not a kernel's. Throws Error, Cancelled.
bool is_configuration(const Url& url, Resolver& resolver);

/// What is listed for a LUKS volume that is not open: one locked entry.
EntryList locked_list(const BlockDevice& device);

/// The firmware's boot options as its own menu offers them: without those that are hidden or not active.
EntryList list_boot_options(const BootOptions& options);

/// The number of the boot option that an entry of the place `firmware` stands for; nothing for any other
/// entry.
std::optional<unsigned> boot_option_of(const SourceEntry& entry);

/// What can be booted on all devices of this machine, which are looked at one by one; `note` is told of one
/// that cannot be read.
EntryList list_all(Resolver& resolver, const std::function<void(const std::string& message)>& note);
EntryList list_all(Resolver& resolver, const std::function<void(const std::string& message)>& note,
                   MachineFacts& machine);

/// The place and the entry's name of `sda1#debian`: of several `#` the first before which there is a place.
/// In a URL the last one counts, and what a URL demands of a download (netfetch/url.h) is no entry's name.
struct EntryWord {
  BootPlace place;
  std::string name;
};
std::optional<EntryWord> split_entry_word(std::string_view word, Resolver& resolver, const Location& cwd);

}  // namespace kboot
