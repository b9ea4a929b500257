#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "loader/entries/published.h"
#include "pathfs/mounter.h"

namespace kboot {

/// What is to be done with a device, in a process of its own.
struct DiscoveryTask {
  enum class Kind { probe, scan };
  Kind kind = Kind::probe;
  std::string device;   ///< `sda1`
  unsigned number = 0;  ///< no two tasks have it in common
};

/// What the bytes of a device say, before it is mounted.
struct ProbedDevice {
  BlockDevice device;
  bool removable = false;
};

/// Decides which device is looked at when. A device is probed first; when all are, its file system is scanned
/// for boot sources, since a configuration may name any other device. Nothing here touches the machine; times
/// are on a clock that begins anywhere.
class Discovery {
 public:
  using Time = std::chrono::milliseconds;

  /// So long a task may take. A process at a dead disk may go on; what it finds does not count any more.
  static constexpr Time kDeadline{30'000};
  /// A task that takes longer no longer holds up other devices.
  static constexpr Time kSlow{2'000};
  /// So many tasks run at once that are not slow.
  static constexpr std::size_t kAtOnce = 4;
  /// A device that changes all the time is looked at so often.
  static constexpr Time kRest{1'000};
  /// So long a device rests that another process has mounted writable.
  static constexpr Time kBusyRest{5'000};

  /// The devices that are there now, in the kernel's order. New ones are looked at, of others nothing is
  /// known any more.
  void set_devices(const std::vector<std::string>& names);
  /// A device has changed: it is looked at again. What is known of it stays until then.
  void look_again(const std::string& name);
  void look_again_at_all();

  /// The task to start now, which runs from then on; nothing when there is none.
  std::optional<DiscoveryTask> next(Time now);
  /// How long nothing happens by itself; nothing: for ever.
  std::optional<Time> wait(Time now) const;
  /// The running tasks whose time is over. They count as ended without an answer.
  std::vector<DiscoveryTask> overdue(Time now);

  void probed(const DiscoveryTask& task, ProbedDevice found, Time now);
  void scanned(const DiscoveryTask& task, PublishedPlace found, Time now);
  /// It was ended for a session that wants to write to the disk: it is tried again.
  void gave_way(const DiscoveryTask& task, Time now);
  /// It ended without a result.
  void failed(const DiscoveryTask& task, const std::string& why, Time now);

  /// The devices as far as they were probed, for a scan.
  std::vector<BlockDevice> known() const;
  /// What is known by now.
  PublishedEntries published() const;

 private:
  enum class Step { to_probe, probing, to_scan, scanning, idle };
  struct Device {
    std::string name;
    Step step = Step::to_probe;
    bool again = false;      ///< it changed while a task ran
    bool gives_way = false;  ///< a session uses it: nobody waits for what is on it
    unsigned task = 0;       ///< the running one; 0: none
    Time started{0};
    Time rests_until{0};
    std::optional<ProbedDevice> probe;
    std::optional<PublishedPlace> place;  ///< nothing: none can be on it
  };

  static bool runs(const Device& device) { return device.task != 0; }
  Device* find(const DiscoveryTask& task);
  void end(Device& device, Step then, Time now);
  bool may_scan(Time now) const;
  void rescan_those_that_miss_something();

  std::vector<Device> devices_;
  unsigned last_task_ = 0;
};

/// Whether the daemon looks at a device of that name at all: disks and partitions. An array, a logical or an
/// opened volume belongs to the session that made it, which would find it in use.
bool is_discovered(const std::string& name);

}  // namespace kboot
