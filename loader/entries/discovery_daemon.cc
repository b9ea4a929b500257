#include "loader/entries/discovery_daemon.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <list>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/process.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "loader/entries/appearing.h"
#include "loader/entries/device_scan.h"
#include "loader/entries/discovery.h"
#include "loader/entries/published.h"
#include "netfetch/server_fetcher.h"
#include "pathfs/absent/ledger.h"
#include "pathfs/blkid_devices.h"
#include "pathfs/discovery_name.h"
#include "pathfs/iscsi.h"
#include "pathfs/ledger.h"
#include "pathfs/mount_table.h"
#include "pathfs/system_mounter.h"
#include "pathfs/uevents.h"
#include "pathfs/volumes.h"

namespace kboot {
namespace {

using Time = Discovery::Time;

constexpr const char* kRun = "/run/kboot";
/// In each process's own mount namespace a file system in memory, which goes with it.
constexpr const char* kMounts = "/run/kboot/discovery";
/// Of one process; some ten thousand entries take a few.
constexpr std::size_t kMaxResult = std::size_t{32} << 20;

/// How often it is asked whether a disk may still turn up: no event tells that none will.
constexpr int kPoll = 250;  // milliseconds

Time now() {
  return std::chrono::duration_cast<Time>(Deadline::Clock::now().time_since_epoch());
}

/// What is mounted from here on is seen by this process and its children alone. What sessions have mounted is
/// taken out of this process's view: a copy of it would keep it from being unmounted.
void leave_mounts_of_others() {
  make_directories(kRun);
  if (::unshare(CLONE_NEWNS) != 0) fail_errno(errno, "a mount namespace");
  ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  std::vector<MountedFileSystem> mounted = read_mount_table();
  // NOLINTNEXTLINE(modernize-loop-convert): backwards
  for (auto one = mounted.rbegin(); one != mounted.rend(); ++one)
    if (one->directory.starts_with(std::string(kRun) + "/"))
      ::umount2(one->directory.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
}

std::string probe(const std::string& name) {
  const std::string node = "/dev/" + name;
  auto device = read_block_device(node);
  if (!device) fail("no such device");
  AbsentLedger ledger;
  SystemMounter mounter(kMounts, ledger);
  return probed_json({std::move(*device), mounter.is_removable(node)});
}

std::string scan(const std::string& name, const std::vector<BlockDevice>& known) {
  if (::unshare(CLONE_NEWNS) != 0) fail_errno(errno, "a mount namespace");
  make_directories(kMounts);
  if (::mount("kboot", kMounts, "tmpfs", 0, nullptr) != 0) fail_errno(errno, kMounts);
  const std::unique_ptr<Ledger> ledger = make_ledger(std::string(kDiscoveryName));
  SystemMounter real(kMounts, *ledger);
  KnownDevicesMounter mounter(real, known);
  const std::unique_ptr<Fetcher> fetcher = make_fetcher();
  const std::unique_ptr<Volumes> volumes = make_volumes(mounter, *ledger);
  const std::unique_ptr<Initiator> initiator = make_initiator(mounter, *ledger);
  Resolver resolver(mounter, *fetcher, *volumes, *initiator);
  PublishedEntries result;
  result.places.push_back(scan_device(name, resolver));
  resolver.release();
  return published_json(result);
}

void write_whole(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// What a task's process writes instead of a result; no object begins or ends so.
constexpr char kError = '!';
constexpr char kGaveWay = '~';

/// Where the process writes to, for its signal handler.
int result_end = -1;

/// A session wants to write to the disk, or to start a kernel.
void give_way(int /*signal*/) {
  [[maybe_unused]] const ssize_t written = ::write(result_end, &kGaveWay, 1);
  ::_exit(0);
}

/// In the child.
[[noreturn]] void run_task(const DiscoveryTask& task, const std::vector<BlockDevice>& known, int out) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  result_end = out;
  ::signal(SIGTERM, give_way);
  int status = 0;
  try {
    write_whole(out, task.kind == DiscoveryTask::Kind::probe ? probe(task.device) : scan(task.device, known));
  } catch (const std::exception& error) {
    write_whole(out, kError + describe(error));
    status = 1;
  }
  ::_exit(status);
}

/// A task's process and what it has written so far.
struct Running {
  DiscoveryTask task;
  pid_t process = 0;
  UniqueFd out;
  std::string text;
  bool counts = true;  ///< false: its time is over
};

class Daemon {
 public:
  [[noreturn]] void run() {
    const int events = uevents_.listen();
    list_devices();
    for (;;) {
      start_tasks();
      publish();
      if (firmware_due_) read_firmware();
      await(events);
      for (const DiscoveryTask& late : discovery_.overdue(now())) end(late);
    }
  }

 private:
  void list_devices() { discovery_.set_devices(block_device_names()); }
  void start_tasks();
  void start(const DiscoveryTask& task);
  void publish();
  void read_firmware();
  void await(int events);
  void read_events();
  void read(Running& running);
  void finish(Running& running);
  void give_up(const DiscoveryTask& task);
  void end(const DiscoveryTask& late);

  Discovery discovery_;
  Uevents uevents_;
  PublishedWatch requests_{kRun, kLookAgainFile};
  const Published published_{kRun};
  std::list<Running> running_;
  std::optional<PublishedPlace> firmware_;  ///< its boot options, which no event tells of
  bool firmware_due_ = true;
  std::string last_;  ///< as it was published
  const Time begin_ = now();
  bool appearing_ = true;  ///< a disk may still turn up by itself
};

void Daemon::start_tasks() {
  while (const auto task = discovery_.next(now())) {
    try {
      start(*task);
    } catch (const Error& error) {
      discovery_.failed(*task, describe(error), now());
    }
  }
}

void Daemon::start(const DiscoveryTask& task) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail_errno(errno, "a pipe");
  UniqueFd in(ends[0]);
  const UniqueFd out(ends[1]);
  const std::vector<BlockDevice> known = discovery_.known();
  const pid_t process = fork_child("discovery");
  if (process == 0) run_task(task, known, out.get());
  ::fcntl(in.get(), F_SETFL, O_NONBLOCK);
  running_.push_back({task, process, std::move(in), "", true});
}

void Daemon::publish() {
  PublishedEntries found = discovery_.published();
  if (appearing_) appearing_ = is_disk_appearing("/sys", now() - begin_);
  if (firmware_) found.places.push_back(*firmware_);
  found.looking = found.looking || appearing_ || firmware_due_;
  std::string text = published_json(found);
  if (text == last_) return;
  try {
    published_.write(found);
    last_ = std::move(text);
  } catch (const Error& error) {
    log_warning("discovery: {}", describe(error));
  }
}

/// While the first disks are probed: firmware may take its time for each variable.
void Daemon::read_firmware() {
  LinuxMachineFacts machine;
  firmware_ = scan_firmware(machine);
  firmware_due_ = false;
  publish();
}

void Daemon::await(int events) {
  std::vector<pollfd> waits = {{events, POLLIN, 0}, {requests_.fd(), POLLIN, 0}};
  for (const Running& one : running_) waits.push_back({one.out.get(), POLLIN, 0});
  const auto longest = discovery_.wait(now());
  const int timeout = longest ? static_cast<int>(longest->count()) : -1;
  ::poll(waits.data(), waits.size(), appearing_ && (timeout < 0 || timeout > kPoll) ? kPoll : timeout);
  read_events();
  if (requests_.changed()) {
    list_devices();
    discovery_.look_again_at_all();
    firmware_due_ = true;
  }
  for (Running& one : running_) read(one);
  std::erase_if(running_, [](const Running& one) { return !one.out; });
  // Those that SIGKILL could not end at once.
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

void Daemon::read_events() {
  const std::vector<BlockEvent> events = uevents_.read();
  if (events.empty()) return;
  list_devices();
  for (const BlockEvent& event : events) {
    if (event.name.empty()) discovery_.look_again_at_all();
    if (event.action != BlockEvent::Action::remove) discovery_.look_again(event.name);
  }
}

void Daemon::read(Running& running) {
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t length = ::read(running.out.get(), buffer.data(), buffer.size());
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) return;
    if (length > 0) running.text.append(buffer.data(), static_cast<std::size_t>(length));
    if (length > 0 && running.text.size() <= kMaxResult) continue;
    break;
  }
  if (running.text.size() > kMaxResult) ::kill(running.process, SIGKILL);
  finish(running);
}

void Daemon::finish(Running& running) {
  running.out.reset();
  if (!running.counts) return;
  const DiscoveryTask& task = running.task;
  const std::string& text = running.text;
  if (text.ends_with(kGaveWay)) return give_up(task);
  if (text.starts_with(kError)) return discovery_.failed(task, printable(text.substr(1)), now());
  if (task.kind == DiscoveryTask::Kind::probe) {
    if (auto probed = parse_probed(text)) return discovery_.probed(task, std::move(*probed), now());
  } else if (auto scanned = parse_published(text); scanned && scanned->places.size() == 1) {
    PublishedPlace& place = scanned->places[0];
    if (place.name == task.device) return discovery_.scanned(task, std::move(place), now());
  }
  discovery_.failed(task, "the process that looked at it ended early", now());
}

/// As if a session had it mounted writable already.
void Daemon::give_up(const DiscoveryTask& task) {
  discovery_.gave_way(task, now());
  const std::unique_ptr<Ledger> ledger = make_ledger(std::string(kDiscoveryName));
  for (const Ledger::Holder& holder : ledger->holders())
    if (!holder.lives && holder.record.console == kDiscoveryName)
      for (const Holding& holding : holder.record.holdings) ledger->strike(holder, holding);
}

void Daemon::end(const DiscoveryTask& late) {
  log_warning("discovery: {} does not answer", printable(late.device));
  for (Running& one : running_) {
    if (one.task.number != late.number) continue;
    one.counts = false;
    ::kill(one.process, SIGKILL);
  }
}

}  // namespace

void run_discovery_daemon(const std::function<Variables()>& /*built_in*/) {
  leave_mounts_of_others();
  Daemon().run();
}

}  // namespace kboot
