#include "loader/session/entry_lines.h"

#include <algorithm>
#include <utility>

#include "base/lower_case.h"
#include "base/number.h"
#include "base/text.h"
#include "config/formats/uki.h"
#include "loader/attempts/firmware_boot.h"
#include "loader/boot/boot_plan.h"
#include "loader/boot/image.h"
#include "loader/entries/boot_places.h"
#include "loader/entries/devices.h"
#include "loader/entries/found.h"
#include "loader/entries/lease_place.h"
#include "loader/entries/pixiecore.h"
#include "loader/entries/pxelinux_search.h"
#include "loader/network/network_wait.h"
#include "loader/session/discovery_wait.h"
#include "loader/terminal/shown.h"

namespace kboot {
namespace {

using Kind = SourceEntry::Kind;

/// What follows `WORD=` in the words typed; nothing when there is no such word.
bool has_word(const std::vector<std::string>& words, std::string_view begin) {
  return std::any_of(words.begin() + 1, words.end(),
                     [&](const std::string& word) { return word.starts_with(begin); });
}

std::string without_words(const std::string& cmdline, std::string_view begin) {
  std::vector<std::string> words = split_words(cmdline);
  std::erase_if(words, [&](const std::string& word) { return word.starts_with(begin); });
  return join(words);
}

/// The entry as it is booted by these words: more words behind its own, a typed `initrd=` or `root=` instead
/// of its own.
BootEntry boot_entry_of(const SourceEntry& entry, const std::vector<std::string>& words, std::string origin) {
  BootEntry boot = parse_boot_words(words, {}, std::move(origin));
  boot.kernel = entry.kernel->str();
  if (!has_word(words, "initrd="))
    for (const FilePlace& initrd : entry.initrds) boot.initrds.push_back(initrd.str());
  std::string cmdline = has_word(words, "root=") ? without_words(entry.cmdline, "root=") : entry.cmdline;
  if (!boot.cmdline.empty()) cmdline += (cmdline.empty() ? "" : " ") + boot.cmdline;
  boot.cmdline = std::move(cmdline);
  return boot;
}

/// `dhcp`, `dhcp#debian`.
bool is_leased(std::string_view word) {
  return word.substr(0, word.find('#')) == kDhcp;
}

constexpr std::string_view kLocked = "locked";

/// Whether that is what is listed for a LUKS volume that is not open.
bool is_locked(const EntryList& list) {
  return list.entries.size() == 1 && list.entries[0].entry.kind == Kind::locked;
}

Starter starter_of(Kind kind) {
  if (kind == Kind::uki) return Starter::uki;
  return kind == Kind::multiboot ? Starter::multiboot : Starter::kexec;
}

/// Opens a LUKS volume and lists what is on it; nothing: no passphrase was typed for it. Throws Error,
/// Cancelled.
std::optional<EntryList> unlocked_list(const BootPlace& place, Resolver& resolver, const ListNote& note) {
  for (const BlockDevice& device : resolver.mounter().devices()) {
    if (device.node != "/dev/" + place.name) continue;
    // As a path names it, which asks for the passphrase and opens it.
    const std::string volume = "mapper/luks-" + device.uuid;
    if (!with_noun(place.name, [&] { return resolver.find_device_node(volume); })) return std::nullopt;
    return list_opened(volume, resolver, note);
  }
  fail("{}: no such device", shown(place.name));
}

/// What firmware is to be told of a program on an ESP. Throws Error for a partition that it cannot name.
EfiProgram efi_program_of(const SourceEntry& entry, Mounter& mounter) {
  for (const BlockDevice& device : mounter.devices()) {
    if (device.node != "/dev/" + entry.file.device) continue;
    auto program = efi_partition(device.node, device.partuuid);
    if (!program) break;
    program->title = printable(entry.title);
    program->path = entry.file.path;
    return *std::move(program);
  }
  fail("{} is no partition that the firmware can name", shown(entry.file.device));
}

/// Throws Error when it is not in the list.
const ListedEntry& named_entry(const EntryList& list, const EntryWord& word, const std::string& typed) {
  const ListedEntry* entry = find_entry(list, word.name);
  if (entry == nullptr)
    fail("{}: no such entry; \"entries {}\" shows what is there", shown(typed), shown(word.place.name));
  return *entry;
}

}  // namespace

std::optional<EntryTarget> EntryLines::find(const std::vector<std::string>& words) {
  const std::string& first = words[0];
  if (first == "auto" && words.size() == 1 && booter_.in_default()) return EntryTarget{words, AutoEntry{}};
  if (Url::looks_like(first)) return find_at_url(words);
  if (is_leased(first)) {
    if (state_.place == Place::loader) await_network(system_.network, report_, "");
    if (first == kDhcp) return find_default(words);
  }
  const std::size_t hash = first.find('#');
  if (hash == std::string::npos) return std::nullopt;
  if (hash == 0) return find_numbered(words);
  if (is_whole_name(first)) return std::nullopt;

  if (hash + 1 == first.size()) fail("{}: the name or the number of an entry is missing", shown(first));
  auto word = split_entry_word(first, system_.resolver, state_.directory);
  if (!word) {
    const std::string place = first.substr(0, hash);
    if (is_tag(place) || looks_like_device(place)) fail("{}: no such device", shown(place));
    return std::nullopt;
  }
  const EntryList list = list_place(word->place, system_.resolver);
  if (state_.place == Place::loader && is_locked(list))
    return EntryTarget{words, LockedEntry{*std::move(word)}};
  return EntryTarget{words, named_entry(list, *word, first)};
}

std::optional<EntryTarget> EntryLines::find_image(const std::vector<std::string>& words,
                                                  std::string_view head) {
  if (is_disk_image(head)) return find_default(words);
  if (!is_uki(head)) return std::nullopt;
  const auto place = find_place(words[0], system_.resolver, state_.directory);
  if (!place) return std::nullopt;
  const EntryList list = list_place(*place, system_.resolver);
  if (list.entries.empty()) return std::nullopt;
  return EntryTarget{words, list.entries.front()};
}

/// What a URL names without being fetched whole: an entry of a configuration, PXELINUX's search, a Unified
/// Kernel Image.
std::optional<EntryTarget> EntryLines::find_at_url(const std::vector<std::string>& words) {
  const std::string& first = words[0];
  if (const auto word = split_entry_word(first, system_.resolver, state_.directory)) {
    const Url& url = *word->place.url;
    // A demand that is mistyped is not to be taken for a name.
    if (word->name.find('=') != std::string::npos && !is_pixiecore(first) &&
        !is_configuration(url, system_.resolver))
      with_noun(shown(first), [&] { Url::parse(first); });
    return EntryTarget{words, named_entry(list_place(word->place, system_.resolver), *word, first)};
  }
  if (is_pixiecore(first)) return words.size() == 1 ? find_default(words) : std::nullopt;
  const Url url = with_noun(shown(first), [&] { return Url::parse(first); });
  if (is_pxelinux_folder(url.path())) return words.size() == 1 ? find_default(words) : std::nullopt;
  if (!lower_case(url.file_name()).ends_with(".efi")) return std::nullopt;
  return find_image(words, with_noun(shown(first), [&] { return head_of(url, system_.resolver); }));
}

std::optional<EntryTarget> EntryLines::find_configuration(const std::vector<std::string>& words) {
  const std::string& first = words[0];
  // More words are a kernel's command line.
  if (words.size() > 1 || !Url::looks_like(first)) return std::nullopt;
  const auto is_there = [&] { return is_configuration(Url::parse(first), system_.resolver); };
  return with_noun(shown(first), is_there) ? find_default(words) : std::nullopt;
}

/// The default of a place that is no device.
std::optional<EntryTarget> EntryLines::find_default(const std::vector<std::string>& words) {
  const std::string& first = words[0];
  const EntryList list = list_place(*find_place(first, system_.resolver, state_.directory), system_.resolver);
  for (const ListedSource& source : list.sources) report_.notes(source.diagnostics);
  const ListedEntry* entry = default_entry(list);
  if (entry == nullptr)
    fail("{}: it has no default that can be booted; \"entries {}\" shows what is there", shown(first),
         shown(first));
  return EntryTarget{words, *entry};
}

void EntryLines::boot(const EntryTarget& target) {
  if (const auto* locked = std::get_if<LockedEntry>(&target.entry))
    return boot_locked(locked->word, target.words);
  if (const auto* listed = std::get_if<ListedEntry>(&target.entry)) return boot_listed(*listed, target.words);
  boot_auto();
}

void EntryLines::boot_locked(const EntryWord& word, const std::vector<std::string>& words) {
  auto opened = unlocked_list(word.place, system_.resolver,
                              [&](const std::string& message) { report_.note(Shown::text(message)); });
  stays_locked_ = !opened;
  if (!opened) fail("{}: locked, and there is no passphrase for it", shown(word.place.name));
  EntryList list = *std::move(opened);
  if (lower_case(word.name) != kLocked) return boot_listed(named_entry(list, word, words[0]), words);
  // What was asked for is what is behind the lock, which is now open.
  if (list.entries.empty()) report_.note("nothing was found that can be booted");
  report_.text(entries_text(list), state_.current_line);
  state_.shown_entries = std::move(list);
}

/// `#3`: of the last list shown, else of all that is there.
std::optional<EntryTarget> EntryLines::find_numbered(const std::vector<std::string>& words) {
  const auto number = whole_number(std::string_view(words[0]).substr(1));
  if (!number) return std::nullopt;
  if (!state_.shown_entries) {
    state_.shown_entries = list_found(system_.published, system_.resolver, [&](const std::string& message) {
      report_.note(Shown::text(message));
    });
  }
  const EntryList list = *state_.shown_entries;
  if (*number == 0 || *number > list.entries.size())
    fail("{}: no such entry, the list has {}", shown(words[0]), list.entries.size());
  const ListedEntry& listed = list.entries[static_cast<std::size_t>(*number) - 1];
  const std::string place = listed.id.substr(0, listed.id.find('#'));
  if (place != kFirmwarePlace && !system_.resolver.mounter().is_device(place))
    return EntryTarget{words, listed};
  // What the discovery has published may be old, and no text in it need be what the disk says byte for byte.
  std::vector<std::string> by_id = words;
  by_id[0] = listed.id;
  return find(by_id);
}

/// Whether the whole word names a file or a device, for all the `#` in it.
bool EntryLines::is_whole_name(const std::string& word) {
  try {
    if (is_tag(word) && word.find(':') == std::string::npos)
      return system_.resolver.mounter().find_device(word).has_value();
    return system_.resolver.mounter().is_device(word) ||
           system_.resolver.find(system_.resolver.parse(word, state_.directory)).has_value();
  } catch (const Cancelled&) {
    throw;
  } catch (const Error&) {
    return false;
  }
}

void EntryLines::boot_listed(const ListedEntry& listed, const std::vector<std::string>& words) {
  const SourceEntry& entry = listed.entry;
  with_noun(shown(listed.id), [&] {
    if (entry.kind == Kind::unbootable || entry.kind == Kind::locked) fail("{}", entry.why);
    if (entry.kind == Kind::firmware) return boot_by_firmware(listed, words);
    const Location top = KbootPath{"/"};
    BootPlan plan = make_plan(boot_entry_of(entry, words, listed.id), system_.resolver, top);
    plan.starter = starter_of(entry.kind);
    plan.uki_profile = entry.profile;
    plan.parts = entry.parts;
    for (const BootModule& module : entry.modules)
      add_module(plan, module.file.str(), module.cmdline, system_.resolver, top);
    booter_.boot(std::move(plan), std::nullopt);
  });
}

/// UEFI starts it when the machine starts the next time, which is now.
void EntryLines::boot_by_firmware(const ListedEntry& listed, const std::vector<std::string>& words) {
  if (words.size() > 1) fail("the firmware starts it without a command line");
  shell_.restart(firmware_starts_line(listed.entry.title), [&] {
    if (const auto number = boot_option_of(listed.entry))
      system_.firmware_boot.start_next(*number);
    else
      system_.firmware_boot.start_next(efi_program_of(listed.entry, system_.resolver.mounter()));
  });
}

bool EntryLines::boot_default_of(const std::string& device) {
  const auto place = find_place(device, system_.resolver, state_.directory);
  if (!place) fail("no such device");
  const EntryList list = list_place(*place, system_.resolver);
  for (const ListedSource& source : list.sources) report_.notes(source.diagnostics);
  const ListedEntry* entry = default_entry(list);
  if (entry == nullptr) return false;
  boot_listed(*entry, {entry->id});
  return true;
}

/// The places in the order in which `auto` goes through them: the one that root= names, fixed disks, others.
std::vector<std::string> EntryLines::auto_places() {
  Mounter& mounter = system_.resolver.mounter();
  std::vector<std::string> places;
  const auto add = [&](const std::string& name) {
    if (std::find(places.begin(), places.end(), name) == places.end()) places.push_back(name);
  };
  const std::vector<KnownDevice> devices = known_devices(mounter);
  if (state_.settings.root)
    if (const auto node = mounter.find_device(*state_.settings.root))
      for (const KnownDevice& one : devices)
        if ("/dev/" + one.name == *node) add(one.name);
  for (const bool fixed : {true, false}) {
    if (!fixed && !state_.settings.auto_removable) break;
    for (const KnownDevice& one : devices) {
      if (one.fixed == fixed && !is_own_medium(one.label, one.partlabel)) add(one.name);
    }
  }
  return places;
}

void EntryLines::boot_auto() {
  await_discovery(system_.published, system_.keyboard, report_);
  for (const std::string& name : auto_places()) {
    try {
      const auto place = find_place(name, system_.resolver, state_.directory);
      if (!place) continue;
      const EntryList list = list_place(*place, system_.resolver);
      const ListedEntry* entry = default_entry(list);
      if (entry == nullptr) continue;
      boot_listed(*entry, {entry->id});
      return;
    } catch (const Cancelled&) {
      throw;
    } catch (const Error& error) {
      report_.note(Shown::text(describe(error)));
    }
  }
  fail("auto: no disk of this machine has a default that can be booted");
}

}  // namespace kboot
