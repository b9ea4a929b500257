#include "loader/entries/discovery.h"

#include <catch2/catch.hpp>

#include "loader/entries/devices.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;
using Kind = DiscoveryTask::Kind;
using State = PublishedPlace::State;
using Strings = std::vector<std::string>;

namespace {

ProbedDevice probe(const std::string& name, const std::string& type) {
  ProbedDevice found;
  found.device.node = "/dev/" + name;
  found.device.type = type;
  found.device.uuid = "uuid-of-" + name;
  return found;
}

PublishedPlace place(const std::string& name, SourceEntry::Kind kind = SourceEntry::Kind::linux) {
  PublishedPlace made{.name = name, .state = State::done};
  ListedEntry entry;
  entry.id = name + "#debian";
  entry.place = name;
  entry.name = "debian";
  entry.entry.kind = kind;
  made.list.entries = {entry};
  return made;
}

/// Starts all that can be started, as "probe sda1".
Strings start(Discovery& discovery, std::vector<DiscoveryTask>& tasks, Discovery::Time now = 0ms) {
  Strings started;
  while (const auto task = discovery.next(now)) {
    started.push_back((task->kind == Kind::probe ? "probe " : "scan ") + task->device);
    tasks.push_back(*task);
  }
  return started;
}

/// A machine whose devices are all found to be ext4 and are scanned.
struct Scanned {
  Discovery discovery;
  std::vector<DiscoveryTask> tasks;
  explicit Scanned(const Strings& names, SourceEntry::Kind kind = SourceEntry::Kind::linux) {
    discovery.set_devices(names);
    start(discovery, tasks);
    for (const DiscoveryTask& task : tasks) discovery.probed(task, probe(task.device, "ext4"), 0ms);
    tasks.clear();
    start(discovery, tasks);
    for (const DiscoveryTask& task : tasks) discovery.scanned(task, place(task.device, kind), 0ms);
    tasks.clear();
  }
};

}  // namespace

TEST_CASE("discovery: devices are scanned when all are probed, and listed in the kernel's order") {
  Discovery discovery;
  std::vector<DiscoveryTask> tasks;
  CHECK_FALSE(discovery.published().looking);
  discovery.set_devices({"sda", "sda1", "sda2"});
  CHECK(discovery.published().looking);
  REQUIRE(start(discovery, tasks) == Strings{"probe sda", "probe sda1", "probe sda2"});
  ProbedDevice disk = probe("sda", "");
  disk.device.partitioned = true;
  discovery.probed(tasks[0], disk, 0ms);
  discovery.probed(tasks[2], probe("sda2", "ext4"), 0ms);
  CHECK(discovery.next(0ms) == std::nullopt);
  CHECK(discovery.published().find("sda2")->state == State::looking);
  discovery.probed(tasks[1], probe("sda1", "vfat"), 0ms);
  tasks.clear();
  REQUIRE(start(discovery, tasks) == Strings{"scan sda1", "scan sda2"});
  CHECK(discovery.known().size() == 3);
  discovery.scanned(tasks[1], place("sda2"), 0ms);
  CHECK(discovery.published().looking);
  discovery.scanned(tasks[0], place("sda1"), 0ms);
  const PublishedEntries published = discovery.published();
  CHECK_FALSE(published.looking);
  REQUIRE(published.places.size() == 2);
  CHECK(published.places[0].name == "sda1");
  CHECK(published.places[0].type == "vfat");
  CHECK(published.places[1].uuid == "uuid-of-sda2");
  CHECK(published.list().entries[1].id == "sda2#debian");
}

TEST_CASE("discovery: what can hold no boot source is not mounted") {
  Discovery discovery;
  std::vector<DiscoveryTask> tasks;
  discovery.set_devices({"sda1", "sda2", "sda3", "sda4", "dm-0", "mapper/root", "md0", "loop0", "ram0"});
  REQUIRE(start(discovery, tasks) == Strings{"probe sda1", "probe sda2", "probe sda3", "probe sda4"});
  discovery.probed(tasks[0], probe("sda1", "swap"), 0ms);
  discovery.probed(tasks[1], probe("sda2", ""), 0ms);
  discovery.probed(tasks[2], probe("sda3", "LVM2_member"), 0ms);
  discovery.probed(tasks[3], probe("sda4", "crypto_LUKS"), 0ms);
  CHECK(discovery.next(0ms) == std::nullopt);
  const PublishedEntries published = discovery.published();
  CHECK_FALSE(published.looking);
  REQUIRE(published.places.size() == 1);
  CHECK(published.places[0].state == State::locked);
  CHECK(published.list().entries.at(0).id == "sda4#locked");
  CHECK(published.list().entries[0].entry.kind == SourceEntry::Kind::locked);
}

TEST_CASE("discovery: few tasks run at once, but slow ones hold up no other device") {
  Discovery discovery;
  std::vector<DiscoveryTask> tasks;
  discovery.set_devices({"a", "b", "c", "d", "e"});
  CHECK(start(discovery, tasks, 0ms).size() == Discovery::kAtOnce);
  REQUIRE(discovery.wait(0ms) == Discovery::kSlow);
  // a to d are dead disks.
  REQUIRE(start(discovery, tasks, Discovery::kSlow) == Strings{"probe e"});
  discovery.probed(tasks[4], probe("e", "ext4"), Discovery::kSlow);
  tasks.erase(tasks.begin() + 4);
  REQUIRE(start(discovery, tasks, Discovery::kSlow) == Strings{"scan e"});
  discovery.scanned(tasks[4], place("e"), Discovery::kSlow);
  CHECK(discovery.published().find("e")->state == State::done);
  CHECK(discovery.published().looking);
  CHECK(discovery.overdue(Discovery::kDeadline - 1ms).empty());
  CHECK(discovery.overdue(Discovery::kDeadline).size() == 4);
  CHECK_FALSE(discovery.published().looking);
  CHECK(discovery.published().find("a")->state == State::failed);
  CHECK(discovery.published().find("a")->why == "does not answer");
  // What comes after that does not count.
  discovery.probed(tasks[0], probe("a", "ext4"), Discovery::kDeadline);
  CHECK(discovery.published().find("a")->state == State::failed);
  CHECK(discovery.wait(Discovery::kDeadline) == std::nullopt);
}

TEST_CASE("discovery: a device that changed is looked at again, and nothing is forgotten meanwhile") {
  Scanned machine({"sda1", "sdb1"});
  Discovery& discovery = machine.discovery;
  discovery.look_again("sda1");
  discovery.look_again("none");
  CHECK(discovery.next(0ms) == std::nullopt);  // it rests
  REQUIRE(discovery.wait(0ms) == Discovery::kRest);
  REQUIRE(start(discovery, machine.tasks, Discovery::kRest) == Strings{"probe sda1"});
  // It changes once more while a task runs.
  discovery.look_again("sda1");
  discovery.probed(machine.tasks[0], probe("sda1", "ext4"), 1s);
  CHECK(discovery.published().find("sda1")->list.entries.size() == 1);
  CHECK(discovery.published().looking);
  machine.tasks.clear();
  REQUIRE(start(discovery, machine.tasks, 2s) == Strings{"probe sda1"});
  // Another file system is on it.
  ProbedDevice other = probe("sda1", "xfs");
  other.device.uuid = "other";
  discovery.probed(machine.tasks[0], other, 2s);
  CHECK(discovery.published().find("sda1")->list.entries.empty());
  CHECK(discovery.published().find("sda1")->state == State::looking);
}

TEST_CASE("discovery: of a device that is gone nothing is left, and its task does not count") {
  Scanned machine({"sda1", "sdb1"});
  Discovery& discovery = machine.discovery;
  discovery.look_again("sdb1");
  start(discovery, machine.tasks, 1s);
  discovery.set_devices({"sda1"});
  CHECK(discovery.published().places.size() == 1);
  discovery.set_devices({"sda1", "sdb1"});
  discovery.probed(machine.tasks[0], probe("sdb1", "ext4"), 1s);
  CHECK(discovery.known().size() == 1);
  CHECK(start(discovery, machine.tasks, 1s) == Strings{"probe sdb1"});
}

TEST_CASE("discovery: where something was missing, a new device is a reason to look again") {
  const bool missing = GENERATE(true, false);
  Scanned machine({"sda1"}, missing ? SourceEntry::Kind::unbootable : SourceEntry::Kind::linux);
  Discovery& discovery = machine.discovery;
  discovery.set_devices({"sda1", "sdb1"});
  REQUIRE(start(discovery, machine.tasks, 5s) == Strings{"probe sdb1"});
  discovery.probed(machine.tasks[0], probe("sdb1", "ext4"), 5s);
  machine.tasks.clear();
  CHECK(start(discovery, machine.tasks, 6s) ==
        (missing ? Strings{"scan sda1", "scan sdb1"} : Strings{"scan sdb1"}));
}

TEST_CASE("discovery: a disk that a session writes to is tried again later, and nobody waits for it") {
  Discovery discovery;
  std::vector<DiscoveryTask> tasks;
  discovery.set_devices({"sda1"});
  start(discovery, tasks);
  discovery.probed(tasks[0], probe("sda1", "ext4"), 0ms);
  start(discovery, tasks);
  if (GENERATE(true, false))
    discovery.gave_way(tasks[1], 0ms);
  else
    discovery.scanned(tasks[1],
                      {.name = "sda1", .state = State::failed, .why = "sda1: mount /dev/sda1: in use"}, 0ms);
  CHECK_FALSE(discovery.published().looking);
  CHECK(discovery.published().find("sda1")->state == State::looking);
  CHECK(discovery.next(1s) == std::nullopt);
  REQUIRE(discovery.wait(0ms) == Discovery::kBusyRest);
  tasks.clear();
  REQUIRE(start(discovery, tasks, Discovery::kBusyRest) == Strings{"scan sda1"});
  CHECK(discovery.published().looking == false);
  discovery.scanned(tasks[0], place("sda1"), 5s);
  CHECK(discovery.published().find("sda1")->state == State::done);
}

TEST_CASE("discovery: the partitions of a stick and a CD of kboot's are its own medium") {
  for (const char* label : {"KBOOT", "KBOOT-EFI", "KBOOT-ESP", "KBOOT-SITE"}) CHECK(is_own_medium(label, ""));
  CHECK(is_own_medium("", "kboot-esp"));
  CHECK_FALSE(is_own_medium("KBOOT-2", "esp"));
}

TEST_CASE("discovery: kboot's own medium is marked") {
  Discovery discovery;
  std::vector<DiscoveryTask> tasks;
  discovery.set_devices({"sda1", "sda2"});
  start(discovery, tasks);
  ProbedDevice own = probe("sda1", "vfat");
  own.device.label = "KBOOT";
  own.removable = true;
  discovery.probed(tasks[0], own, 0ms);
  discovery.probed(tasks[1], probe("sda2", "vfat"), 0ms);
  CHECK(discovery.published().find("sda1")->own);
  CHECK(discovery.published().find("sda1")->removable);
  CHECK_FALSE(discovery.published().find("sda2")->own);
}

TEST_CASE("discovery: a task that ended badly costs only its device") {
  Discovery discovery;
  std::vector<DiscoveryTask> tasks;
  discovery.set_devices({"sda1", "sda2"});
  start(discovery, tasks);
  discovery.failed(tasks[0], "Input/output error", 0ms);
  discovery.probed(tasks[1], probe("sda2", "ext4"), 0ms);
  CHECK(start(discovery, tasks) == Strings{"scan sda2"});
  CHECK(discovery.published().find("sda1")->why == "Input/output error");
}
