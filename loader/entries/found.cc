#include "loader/entries/found.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include <poll.h>

#include <fmt/format.h>

#include "base/deadline.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "loader/entries/boot_places.h"
#include "loader/entries/devices.h"
#include "loader/entries/discovery.h"

namespace kboot {
namespace {

using Kind = SourceEntry::Kind;
using State = PublishedPlace::State;

/// So long a list waits for the discovery that init has started.
constexpr std::chrono::milliseconds kPatience{10'000};
/// More systems than these are for `entries` to show.
constexpr std::size_t kMostNamed = 3;
constexpr std::size_t kLongestName = 40;

/// Whether a machine without any configuration has something in it. The firmware has its own boot options on
/// each machine, so that they say nothing.
bool is_startable(const ListedEntry& listed) {
  return listed.place != kFirmwarePlace && listed.entry.kind != Kind::unbootable &&
         listed.entry.kind != Kind::locked;
}

/// What stands on a place: the system's own name, else the title of what it boots by itself or first.
std::string name_of(const PublishedPlace& place) {
  if (place.state == State::locked) return "a locked volume";
  if (!place.system.empty()) return printable_head(place.system, kLongestName);
  const ListedEntry* entry = default_entry(place.list);
  const auto& entries = place.list.entries;
  if (entry == nullptr) entry = &*std::find_if(entries.begin(), entries.end(), is_startable);
  const std::string& title = entry->entry.submenu.empty() ? entry->entry.title : entry->entry.submenu[0];
  return printable_head(title, kLongestName);
}

bool has_something(const PublishedPlace& place) {
  const auto& entries = place.list.entries;
  return !place.own &&
         (place.state == State::locked || std::any_of(entries.begin(), entries.end(), is_startable));
}

std::string name_of_node(const std::string& node) {
  constexpr std::string_view kDev = "/dev/";
  return node.starts_with(kDev) ? node.substr(kDev.size()) : node;
}

/// Null: there is none.
const BlockDevice* find_node(const std::vector<BlockDevice>& devices, const std::string& node) {
  const auto found = std::find_if(devices.begin(), devices.end(),
                                  [&](const BlockDevice& device) { return device.node == node; });
  return found == devices.end() ? nullptr : &*found;
}

/// Whether it has entries, or a lock.
bool is_listed(const BlockDevice& device) {
  return device.type == "crypto_LUKS" || may_hold_sources(device);
}

/// The devices that are made of that one, or of one that is.
std::set<std::string> nodes_made_of(const std::string& node, const std::vector<BlockDevice>& devices) {
  std::set<std::string> nodes;
  const auto is_made_of_them = [&](const BlockDevice& device) {
    return std::any_of(device.parents.begin(), device.parents.end(),
                       [&](const std::string& parent) { return parent == node || nodes.contains(parent); });
  };
  for (bool more = true; more;) {
    more = false;
    for (const BlockDevice& device : devices)
      if (is_made_of_them(device)) more = nodes.insert(device.node).second || more;
  }
  return nodes;
}

void append_device(EntryList& list, const std::string& name, Resolver& resolver, const ListNote& note) {
  try {
    append(list, list_place({BootPlace::Kind::device, name, {name, ""}}, resolver));
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    note(describe(error));
  }
}

}  // namespace

std::vector<std::string> volume_names(Mounter& mounter) {
  std::vector<std::string> names = mounter.device_names();
  std::erase_if(
      names, [](const std::string& name) { return !name.starts_with("mapper/") && !name.starts_with("md"); });
  return names;
}

EntryList list_volumes(Resolver& resolver, const ListNote& note) {
  const std::vector<BlockDevice> devices = resolver.mounter().devices();
  EntryList list;
  for (const std::string& name : volume_names(resolver.mounter())) {
    const BlockDevice* device = find_node(devices, "/dev/" + name);
    // What other volumes are made of is listed by these.
    if (device == nullptr || is_listed(*device)) append_device(list, name, resolver, note);
  }
  return list;
}

EntryList list_opened(const std::string& volume, Resolver& resolver, const ListNote& note) {
  Mounter& mounter = resolver.mounter();
  std::vector<BlockDevice> devices = mounter.devices();
  const std::string node = mounter.find_device(volume).value_or("/dev/" + volume);
  const BlockDevice* opened = find_node(devices, node);
  if (opened != nullptr && !is_listed(*opened)) {
    resolver.activate_without_key();
    devices = mounter.devices();
    const std::set<std::string> inside = nodes_made_of(node, devices);
    EntryList list;
    for (const BlockDevice& device : devices)
      if (inside.contains(device.node) && is_listed(device))
        append_device(list, name_of_node(device.node), resolver, note);
    if (!inside.empty()) return list;
  }
  return list_place({BootPlace::Kind::device, volume, {volume, ""}}, resolver);
}

void drop_opened(PublishedEntries& published, const std::vector<std::string>& volumes) {
  std::erase_if(published.places, [&](const PublishedPlace& place) {
    return place.state == State::locked &&
           std::find(volumes.begin(), volumes.end(), "mapper/luks-" + place.uuid) != volumes.end();
  });
}

std::optional<PublishedEntries> await_published(const Published& published,
                                                std::chrono::milliseconds patience) {
  PublishedWatch watch(published.folder());
  const Deadline deadline = Deadline::in(patience);
  for (;;) {
    auto found = published.read();
    if (found || watch.fd() < 0 || deadline.expired()) return found;
    std::array<pollfd, 2> waits = {pollfd{watch.fd(), POLLIN, 0}, pollfd{Interrupt::fd(), POLLIN, 0}};
    ::poll(waits.data(), waits.size(), deadline.poll_timeout());
    Interrupt::throw_if_requested();
    watch.changed();
  }
}

EntryList list_with_volumes(PublishedEntries published, Resolver& resolver, const ListNote& note) {
  drop_opened(published, volume_names(resolver.mounter()));
  EntryList list = published.list();
  append(list, list_volumes(resolver, note));
  return list;
}

EntryList list_found(const Published& published, Resolver& resolver, const ListNote& note) {
  auto found = await_published(published, kPatience);
  if (!found) return list_all(resolver, note);
  for (const PublishedPlace& place : found->places) {
    if (place.state == State::failed) note(printable(place.why.empty() ? place.name : place.why));
    if (place.state == State::looking) note(printable(place.name) + ": is still being looked at");
  }
  return list_with_volumes(*std::move(found), resolver, note);
}

std::string found_line(const PublishedEntries& published, const std::string& list_command) {
  std::vector<std::string> systems;
  for (const PublishedPlace& place : published.places)
    if (has_something(place))
      systems.push_back(fmt::format("{} on {}", name_of(place), printable(place.name)));
  if (systems.empty())
    return "no disk has a system that can be booted: a kernel's path or URL boots it, devices shows the "
           "disks";
  const std::size_t count = systems.size();
  if (count > kMostNamed) {
    systems.resize(kMostNamed);
    systems.push_back(fmt::format("{} more", count - kMostNamed));
  }
  std::string line = join(systems, ", ");
  const EntryList all = published.list();
  const auto first = std::find_if(all.entries.begin(), all.entries.end(), is_startable);
  std::string hint;
  if (!list_command.empty()) hint = list_command + " shows all";
  if (first != all.entries.end())
    hint += fmt::format("{}#{} boots the first", hint.empty() ? "" : ", ", first->number);
  return hint.empty() ? line : line + "; " + hint;
}

const PublishedPlace* only_root(const PublishedEntries& published) {
  if (published.looking) return nullptr;
  const PublishedPlace* only = nullptr;
  for (const PublishedPlace& place : published.places) {
    if (!place.has_fstab || place.own) continue;
    if (only != nullptr) return nullptr;
    only = &place;
  }
  return only;
}

std::optional<FoundRoot> find_root(const Published& published, const BootedRoot& booted) {
  const auto is_root = [](const FstabEntry& entry) { return entry.target == "/"; };
  if (booted.device || booted.local_directory ||
      std::any_of(booted.fstab.begin(), booted.fstab.end(), is_root))
    return std::nullopt;
  const auto found = published.read();
  const PublishedPlace* root = found ? only_root(*found) : nullptr;
  if (root == nullptr) return std::nullopt;
  return FoundRoot{"/dev/" + root->name,
                   fmt::format("/ is on {}{}: no other file system has an /etc/fstab", printable(root->name),
                               root->system.empty() ? "" : ", " + printable(root->system))};
}

std::string root_candidates(const PublishedEntries& published) {
  std::vector<std::string> roots;
  for (const PublishedPlace& place : published.places) {
    if (!place.has_fstab || place.own) continue;
    std::string root = "root=/dev/" + printable(place.name);
    if (!place.system.empty()) root += fmt::format(" ({})", printable_head(place.system, kLongestName));
    roots.push_back(std::move(root));
  }
  return join(roots, " or ");
}

}  // namespace kboot
