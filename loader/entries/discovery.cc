#include "loader/entries/discovery.h"

#include <algorithm>
#include <utility>

#include "loader/entries/boot_places.h"
#include "loader/entries/devices.h"

namespace kboot {
namespace {

using State = PublishedPlace::State;
using Time = Discovery::Time;

/// Whether one of its configurations may have looked for a device that was not there yet.
bool misses_something(const PublishedPlace& place) {
  const EntryList& list = place.list;
  return std::any_of(list.sources.begin(), list.sources.end(),
                     [](const ListedSource& source) { return !source.diagnostics.empty(); }) ||
         std::any_of(list.entries.begin(), list.entries.end(), [](const ListedEntry& listed) {
           return listed.entry.kind == SourceEntry::Kind::unbootable;
         });
}

/// What is told of the device whatever is on it.
PublishedPlace place_of(const std::string& name, const ProbedDevice& probe, State state) {
  PublishedPlace place{.name = name, .state = state};
  place.type = probe.device.type;
  place.label = probe.device.label;
  place.uuid = probe.device.uuid;
  place.removable = probe.removable;
  place.own = is_own_medium(probe.device.label, probe.device.partlabel);
  return place;
}

bool same(const BlockDevice& one, const BlockDevice& other) {
  return one.type == other.type && one.label == other.label && one.uuid == other.uuid &&
         one.partuuid == other.partuuid && one.partlabel == other.partlabel;
}

}  // namespace

bool is_discovered(const std::string& name) {
  for (const std::string_view made : {"mapper/", "dm-", "md", "loop", "ram", "zram", "nbd"})
    if (name.starts_with(made)) return false;
  return true;
}

void Discovery::set_devices(const std::vector<std::string>& names) {
  std::vector<Device> devices;
  for (const std::string& name : names) {
    if (!is_discovered(name)) continue;
    const auto known = std::find_if(devices_.begin(), devices_.end(),
                                    [&](const Device& device) { return device.name == name; });
    if (known == devices_.end())
      devices.push_back({.name = name});
    else
      devices.push_back(std::move(*known));
  }
  devices_ = std::move(devices);
}

void Discovery::look_again(const std::string& name) {
  for (Device& device : devices_) {
    if (device.name != name) continue;
    if (runs(device))
      device.again = true;
    else
      device.step = Step::to_probe;
  }
}

void Discovery::look_again_at_all() {
  for (const Device& device : devices_) look_again(device.name);
}

/// A configuration may name any device: those that answer are all probed.
bool Discovery::may_scan(Time now) const {
  return std::none_of(devices_.begin(), devices_.end(), [&](const Device& device) {
    if (device.step == Step::to_probe) return device.rests_until <= now;
    return device.step == Step::probing && now - device.started < kSlow;
  });
}

std::optional<DiscoveryTask> Discovery::next(Time now) {
  const auto quick = std::count_if(devices_.begin(), devices_.end(), [&](const Device& device) {
    return runs(device) && now - device.started < kSlow;
  });
  if (static_cast<std::size_t>(quick) >= kAtOnce) return std::nullopt;
  const bool scan = may_scan(now);
  for (Device& device : devices_) {
    if (device.rests_until > now) continue;
    const bool probe = device.step == Step::to_probe;
    if (!probe && !(scan && device.step == Step::to_scan)) continue;
    device.step = probe ? Step::probing : Step::scanning;
    device.started = now;
    device.task = ++last_task_;
    return DiscoveryTask{probe ? DiscoveryTask::Kind::probe : DiscoveryTask::Kind::scan, device.name,
                         device.task};
  }
  return std::nullopt;
}

std::optional<Time> Discovery::wait(Time now) const {
  std::optional<Time> first;
  const auto at = [&](Time time) {
    if (time > now && (!first || time < *first)) first = time;
  };
  for (const Device& device : devices_) {
    if (runs(device)) {
      at(device.started + kSlow);
      at(device.started + kDeadline);
    } else if (device.step != Step::idle) {
      at(device.rests_until);
    }
  }
  return first ? std::optional(*first - now) : std::nullopt;
}

std::vector<DiscoveryTask> Discovery::overdue(Time now) {
  std::vector<DiscoveryTask> late;
  for (const Device& device : devices_) {
    if (!runs(device) || now - device.started < kDeadline) continue;
    const auto kind = device.step == Step::probing ? DiscoveryTask::Kind::probe : DiscoveryTask::Kind::scan;
    late.push_back({kind, device.name, device.task});
  }
  for (const DiscoveryTask& task : late) failed(task, "does not answer", now);
  return late;
}

/// Null when the task's device is gone, or when its time was over: then its result does not count.
Discovery::Device* Discovery::find(const DiscoveryTask& task) {
  for (Device& device : devices_)
    if (device.name == task.device && device.task == task.number && runs(device)) return &device;
  return nullptr;
}

void Discovery::end(Device& device, Step then, Time now) {
  device.step = std::exchange(device.again, false) ? Step::to_probe : then;
  device.task = 0;
  device.gives_way = false;
  device.rests_until = device.step == Step::to_scan ? Time(0) : now + kRest;
}

void Discovery::probed(const DiscoveryTask& task, ProbedDevice found, Time now) {
  Device* device = find(task);
  if (device == nullptr) return;
  const bool is_new = !device->probe || !same(device->probe->device, found.device);
  const BlockDevice& block = found.device;
  Step then = Step::idle;
  if (block.type == "crypto_LUKS") {
    device->place = place_of(device->name, found, State::locked);
    device->place->list = locked_list(block);
  } else if (block.type.empty() || !may_hold_sources(block)) {
    device->place.reset();
  } else {
    then = Step::to_scan;
    // What was known of the same file system stays until the scan.
    if (is_new || !device->place) device->place = place_of(device->name, found, State::looking);
  }
  const bool tells = is_new && block.has_contents();
  device->probe = std::move(found);
  end(*device, then, now);
  if (tells) rescan_those_that_miss_something();
}

void Discovery::rescan_those_that_miss_something() {
  for (Device& device : devices_)
    if (device.step == Step::idle && device.place && misses_something(*device.place))
      device.step = Step::to_scan;
}

void Discovery::scanned(const DiscoveryTask& task, PublishedPlace found, Time now) {
  Device* device = find(task);
  if (device == nullptr || !device->probe) return;
  PublishedPlace place = place_of(device->name, *device->probe, found.state);
  place.why = std::move(found.why);
  place.has_fstab = found.has_fstab;
  place.system = std::move(found.system);
  place.list = std::move(found.list);
  // A session has it mounted writable.
  if (place.state == State::failed && place.why.ends_with("in use")) return gave_way(task, now);
  device->place = std::move(place);
  end(*device, Step::idle, now);
}

/// What was found before still holds, and the next look may find more.
void Discovery::gave_way(const DiscoveryTask& task, Time now) {
  Device* device = find(task);
  if (device == nullptr) return;
  end(*device, device->step == Step::probing ? Step::to_probe : Step::to_scan, now);
  device->rests_until = now + kBusyRest;
  device->gives_way = true;
}

void Discovery::failed(const DiscoveryTask& task, const std::string& why, Time now) {
  Device* device = find(task);
  if (device == nullptr) return;
  device->place =
      device->probe ? place_of(device->name, *device->probe, State::failed) : PublishedPlace{device->name};
  device->place->state = State::failed;
  device->place->why = why;
  end(*device, Step::idle, now);
}

std::vector<BlockDevice> Discovery::known() const {
  std::vector<BlockDevice> all;
  for (const Device& device : devices_)
    if (device.probe) all.push_back(device.probe->device);
  return all;
}

PublishedEntries Discovery::published() const {
  PublishedEntries published{.looking = false};
  for (const Device& device : devices_) {
    if (device.place) published.places.push_back(*device.place);
    published.looking = published.looking || (device.step != Step::idle && !device.gives_way);
  }
  return published;
}

}  // namespace kboot
