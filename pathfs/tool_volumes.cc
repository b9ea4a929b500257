#include "pathfs/tool_volumes.h"

#include <algorithm>
#include <array>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/number.h"
#include "base/process.h"
#include "base/scope_exit.h"
#include "base/text.h"
#include "pathfs/location.h"

namespace kboot {
namespace {

constexpr const char* kMdadm = "/sbin/mdadm";
constexpr const char* kLvm = "/sbin/lvm";
constexpr const char* kCryptsetup = "/sbin/cryptsetup";
constexpr std::string_view kMapper = "mapper/";
constexpr std::chrono::seconds kUndo{20};  // the next kernel does not wait for a dead disk
constexpr int kMaxTries = 3;               // passphrases for one volume
constexpr int kWrongPassphrase = 2;        // cryptsetup(8), RETURN CODES

/// No udev, no metadata written, no monitoring.
constexpr std::string_view kLvmConfig =
    "global{metadata_read_only=1 use_lvmpolld=0 use_lvmlockd=0 event_activation=0}"
    "devices{use_devicesfile=0 obtain_device_list_from_udev=0 external_device_info_source=\"none\" "
    "md_component_detection=1 scan_lvs=1}"
    "activation{udev_sync=0 udev_rules=0 verify_udev_operations=0 monitoring=0}"
    "backup{backup=0 archive=0}";

/// Makes the logical volumes of a group devices.
ProcessResult activate_group(const std::string& group, Access access) {
  std::string config(kLvmConfig);
  if (access == Access::read_only) config += fmt::format(" activation/read_only_volume_list=[\"{}\"]", group);
  return run_captured({kLvm, "vgchange", "-ay", "--config", config, group});
}

/// The kernel has no thin pool that is only read (Linux: drivers/md/dm-thin.c).
bool has_thin_volumes(const std::string& group) {
  const ProcessResult result = run_captured(
      {kLvm, "lvs", "--noheadings", "--options=segtype", "--config", std::string(kLvmConfig), group});
  return result.output.find("thin") != std::string::npos;
}

/// lvm(8), VALID NAMES; what is on a disk is not taken into a configuration otherwise.
bool is_group_name(const std::string& name) {
  return !name.empty() && name.front() != '-' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+_.-") ==
             std::string::npos;
}

/// The tool, or an Error that says why a device of type `type` cannot be used.
void require(const char* program, std::string_view type) {
  if (::access(program, X_OK) != 0)
    fail("{} needs {}, which the rescue image has and this one has not", type, program);
}

/// `clear`, `inactive`, `readonly`, … (Linux: Documentation/admin-guide/md.rst). Empty for an array that is
/// going away, for which the kernel says EBUSY until it is gone (md_attr_show() in drivers/md/md.c).
std::string array_state(const std::string& array) {
  try {
    return std::string(trim(read_file_if_there("/sys/block/" + array + "/md/array_state", 32).value_or("")));
  } catch (const Error&) {
    return "";
  }
}

/// The arrays with members: what a step adds is what is new after it. One that was stopped is in sysfs for a
/// moment still, without a state.
std::set<std::string> arrays() {
  std::set<std::string> names;
  for (const std::string& name : directory_names("/sys/block")) {
    const std::string state = name.starts_with("md") ? array_state(name) : "";
    if (!state.empty() && state != "clear") names.insert(name);
  }
  return names;
}

/// How many of an array's devices are missing.
int missing_devices(const std::string& array) {
  return static_cast<int>(whole_number(read_small_file("/sys/block/" + array + "/md/degraded")).value_or(0));
}

/// Whether a mapped device lies on this one. Asked by the device's number: the kernel's name for
/// /dev/mapper/vg-lv is another.
bool is_open(const std::string& node) {
  struct stat status {};
  if (::stat(node.c_str(), &status) != 0) return false;
  const std::string holders =
      fmt::format("/sys/dev/block/{}:{}/holders", major(status.st_rdev), minor(status.st_rdev));
  for (const std::string& holder : directory_names(holders))
    if (holder.starts_with("dm-")) return true;
  return false;
}

/// The command that takes it down.
std::vector<std::string> undo(const Holding& holding) {
  switch (holding.kind) {
    case Holding::Kind::array:
      if (holding.name == "*") return {kMdadm, "--stop", "--scan"};
      return {kMdadm, "--stop", "/dev/" + holding.name};
    case Holding::Kind::group:
      return {kLvm, "vgchange", "-an", "--config", std::string(kLvmConfig), holding.name};
    default:
      return {kCryptsetup, "close", holding.name};
  }
}

/// Whether it is gone already: another console may have taken it down.
bool is_gone(const Holding& holding) {
  if (holding.kind == Holding::Kind::luks)
    return ::access(("/dev/mapper/" + holding.name).c_str(), F_OK) != 0;
  // lvm(8) makes the folder with the first volume and takes it away with the last.
  if (holding.kind == Holding::Kind::group) return directory_names("/dev/" + holding.name).empty();
  if (holding.kind != Holding::Kind::array) return true;
  const std::set<std::string> there = arrays();
  return holding.name == "*" ? there.empty() : !there.contains(holding.name);
}

}  // namespace

std::vector<std::string> group_names(std::string_view output) {
  constexpr std::string_view kName = "LVM2_VG_NAME=";
  std::vector<std::string> names;
  for (const std::string& word : split_blanks(output)) {
    if (!word.starts_with(kName)) continue;
    std::string name = unquote(trim(word.substr(kName.size())));
    if (is_group_name(name)) names.push_back(std::move(name));
  }
  return names;
}

bool ToolVolumes::activate(const std::string& wanted, Access access) {
  const std::vector<BlockDevice> devices = mounter_.devices();
  if (take_step_without_key(devices, access)) return true;
  // Whoever typed nothing for a volume is not asked again, until the search is over.
  ScopeExit forget([this] { refused_.clear(); });
  const bool opened = ask_and_open(devices, wanted, access);
  if (opened) forget.dismiss();
  return opened;
}

bool ToolVolumes::activate_without_key(Access access) {
  return take_step_without_key(mounter_.devices(), access);
}

bool ToolVolumes::take_step_without_key(const std::vector<BlockDevice>& devices, Access access) {
  return assemble(devices, Incomplete::left, access) || activate_groups(devices, access) ||
         assemble(devices, Incomplete::started, access);
}

/// Assembles the arrays that new members belong to; true when there is a new one.
bool ToolVolumes::assemble(const std::vector<BlockDevice>& devices, Incomplete incomplete, Access access) {
  const std::string step = incomplete == Incomplete::left ? "assemble " : "start ";
  bool is_new = false;
  for (const BlockDevice& device : devices)
    if (device.type == "linux_raid_member") is_new = seen_.insert(step + device.node).second || is_new;
  if (!is_new) return false;

  require(kMdadm, "a RAID array");
  const std::set<std::string> before = arrays();
  std::vector<std::string> command = {kMdadm, "--assemble", "--scan", "--config=partitions",
                                      "--homehost=<ignore>"};
  if (access == Access::read_only) command.emplace_back("--readonly");
  command.emplace_back(incomplete == Incomplete::left ? "--no-degraded" : "--run");
  // Which it is going to be, only mdadm knows.
  const Holding some_array{Holding::Kind::array, "*"};
  const Ledger::Act act = ledger_.begin(some_array);
  const ProcessResult result = run_captured(command);
  bool any = false;
  for (const std::string& array : arrays()) {
    if (before.contains(array)) continue;
    // An array that is known but was not started holds its members: out of the way with it.
    if (array_state(array) == "inactive") {
      run_captured({kMdadm, "--stop", "/dev/" + array});
      continue;
    }
    any = true;
    const Ledger::Act held = hold({Holding::Kind::array, array});
    log_info("assembled {}", array);
    if (const int missing = missing_devices(array); missing > 0 && dialogue_.note)
      dialogue_.note(fmt::format("{} is degraded: {} of its devices {} missing", array, missing,
                                 missing == 1 ? "is" : "are"));
  }
  ledger_.end(some_array);
  if (!any) log_info("mdadm: {}", last_line(result.output));
  return any;
}

/// Activates the logical volumes of groups that new physical volumes belong to; true when there were new
/// ones.
bool ToolVolumes::activate_groups(const std::vector<BlockDevice>& devices, Access access) {
  bool is_new = false;
  for (const BlockDevice& device : devices)
    if (device.type == "LVM2_member") is_new = seen_.insert("lvm " + device.node).second || is_new;
  if (!is_new) return false;

  require(kLvm, "a logical volume");
  make_directories("/run/lock/lvm");
  const ProcessResult groups = run_captured({kLvm, "vgs", "--noheadings", "--nameprefixes",
                                             "--options=vg_name", "--config", std::string(kLvmConfig)});
  if (groups.status != 0) log_warning("lvm: {}", last_line(groups.output));
  for (const std::string& group : group_names(groups.output)) {
    const Ledger::Act act = hold({Holding::Kind::group, group});
    const ProcessResult result = activate_group(group, access);
    if (result.status != 0 && dialogue_.note)
      dialogue_.note(fmt::format("{}: {}", group,
                                 access == Access::read_only && has_thin_volumes(group)
                                     ? "a thin volume cannot be read without writing to its pool, which "
                                       "mount_rw=true allows"
                                     : last_line(result.output)));
    log_info("{}: {}", group, last_line(result.output));
  }
  return true;
}

/// Asks for the passphrase of one closed LUKS volume after the other until one is open.
bool ToolVolumes::ask_and_open(const std::vector<BlockDevice>& devices, const std::string& wanted,
                               Access access) {
  if (!dialogue_.ask_passphrase) return false;
  std::string_view name = wanted;
  if (name.starts_with("/dev/")) name.remove_prefix(5);
  // A name with a header's UUID in it means that volume alone.
  const auto meant = std::find_if(devices.begin(), devices.end(), [&](const BlockDevice& device) {
    return device.type == "crypto_LUKS" && name == fmt::format("{}luks-{}", kMapper, device.uuid);
  });
  for (const BlockDevice& device : devices) {
    if (device.type != "crypto_LUKS" || is_open(device.node)) continue;
    if (refused_.contains(device.node)) continue;
    if (meant != devices.end() && device.node != meant->node) continue;
    const std::string mapper_name(name.starts_with(kMapper) ? name.substr(kMapper.size())
                                                            : "luks-" + device.uuid);
    for (int wrong = 0; wrong < kMaxTries; ++wrong) {
      auto passphrase = dialogue_.ask_passphrase(device.node, wrong);
      if (!passphrase || passphrase->empty()) break;
      if (open_luks(device, {device.uuid, mapper_name, *std::move(passphrase)}, access)) return true;
      if (wrong + 1 == kMaxTries) fail("{}: {} wrong passphrases", device.node, kMaxTries);
    }
    refused_.insert(device.node);
  }
  return false;
}

/// Opens a LUKS volume with a key. False: it is the wrong one. Throws Error, Cancelled.
bool ToolVolumes::open_luks(const BlockDevice& device, LuksKey key, Access access) {
  require(kCryptsetup, "a LUKS volume");
  std::vector<std::string> command = {kCryptsetup, "open", "--type=luks", "--key-file=-"};
  if (access == Access::read_only) command.emplace_back("--readonly");
  command.insert(command.end(), {device.node, key.name});
  const Holding opened{Holding::Kind::luks, key.name};
  const Ledger::Act act = hold(opened);
  const ProcessResult result = run_captured(command, {.input = key.key.reveal()});
  if (result.status != 0) {
    made_.pop_back();
    ledger_.end(opened);
  }
  if (result.status == kWrongPassphrase) return false;
  if (result.status != 0) fail("open {}: {}", device.node, last_line(result.output));
  log_info("opened {} as {}{}", device.node, kMapper, key.name);
  keys_.push_back(std::move(key));
  return true;
}

/// Writes down what is about to be made, to be taken down in the end.
Ledger::Act ToolVolumes::hold(const Holding& holding) {
  Ledger::Act act = ledger_.begin(holding);
  made_.push_back(holding);
  return act;
}

void ToolVolumes::release() noexcept {
  // What is in use stays in the ledger: whoever uses it may be done by the time another kernel starts.
  for (; !made_.empty(); made_.pop_back())
    if (take_down(made_.back())) ledger_.end(made_.back());
  seen_.clear();
  keys_.clear();
}

bool ToolVolumes::take_down(const Holding& holding) noexcept {
  try {
    if (is_gone(holding)) return true;
    const ProcessResult result = run_captured(undo(holding), {.longest = kUndo});
    if (result.status != 0) log_warning("{}: {}", join(undo(holding)), last_line(result.output));
    return result.status == 0;
  } catch (const std::exception& error) {
    log_warning("{}", describe(error));
    return false;
  }
}

void ToolVolumes::forget_key(const std::string& name) noexcept {
  try {
    run_captured({kCryptsetup, "luksSuspend", name}, {.longest = kUndo});
  } catch (const std::exception& error) {
    log_warning("{}", describe(error));
  }
}

}  // namespace kboot
