#include "pathfs/iscsi_tool.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/directory.h"
#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/process.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "pathfs/location.h"

namespace kboot {
namespace {

constexpr const char* kIscsistart = "/sbin/iscsistart";
constexpr const char* kSysfs = "/sys";
constexpr std::string_view kFirmwareTarget = "target";
constexpr int kMaxRefused = 3;
constexpr std::size_t kMaxAttribute = 4096;  // bytes: sysfs gives no more
/// The target has answered: its disks are there within moments, or they are none.
constexpr std::chrono::seconds kDiskDeadline{10};
constexpr std::chrono::milliseconds kLook{200};

std::optional<unsigned> number_of(std::string_view digits, int base) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  if (error != std::errc() || end != digits.data() + digits.size()) return {};
  return number;
}

/// A file of sysfs, without the line's end; empty when it is not there.
std::string attribute(const std::string& path) {
  try {
    return std::string(trim(read_file_if_there(path, kMaxAttribute).value_or("")));
  } catch (const Error&) {
    return "";  // gone, or of no use
  }
}

bool is_nobody(const IscsiUser& user) {
  return user.name.empty();
}

/// Somebody has a file system or another device on it.
bool in_use(const std::string& node) {
  const UniqueFd fd(::open(node.c_str(), O_RDONLY | O_EXCL | O_CLOEXEC));
  return !fd && errno == EBUSY;
}

void write_attribute(const std::string& path, std::string_view value) {
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd || ::write(fd.get(), value.data(), value.size()) < 0) fail_errno(errno, path);
}

void take_disks_away(const IscsiSession& session) {
  for (const std::string& unit : session.units) write_attribute(unit + "/delete", "1");
  if (!session.units.empty()) log_info("the disks of {} are gone", printable(session.target));
}

/// Any bus, any target, any LUN.
void look_for_disks(const IscsiSession& session) {
  write_attribute(session.scan, "- - -");
}

/// The driver writes eight bytes one after the other, each with one or two hexadecimal digits (Linux:
/// drivers/firmware/iscsi_ibft.c). Of the LUNs in use the first is 0, the second the number, the others are
/// 0.
unsigned firmware_lun(std::string_view text) {
  constexpr std::size_t kOthers = 6;
  if (text.size() < kOthers + 2) return 0;
  return number_of(text.substr(1, text.size() - kOthers - 1), 16).value_or(0);
}

/// The units of a target, which are folders HOST:BUS:TARGET:LUN, and the disks among them.
void read_units(const std::string& target, IscsiSession& session) {
  for (const std::string& name : directory_names(target)) {
    const auto lun = number_of(name.substr(name.rfind(':') + 1), 10);
    if (!lun || name.find(':') == std::string::npos) continue;
    const std::string unit = fmt::format("{}/{}", target, name);
    session.units.push_back(unit);
    for (const std::string& disk : directory_names(unit + "/block"))
      session.disks.push_back({*lun, "/dev/" + disk});
  }
}

}  // namespace

std::vector<IscsiSession> read_iscsi_sessions(const std::string& root) {
  std::vector<IscsiSession> sessions;
  for (const std::string& name : directory_names(root + "/class/iscsi_session")) {
    const std::string folder = fmt::format("{}/class/iscsi_session/{}", root, name);
    const std::string device = folder + "/device";
    IscsiSession session{.target = attribute(folder + "/targetname"),
                         .initiator = attribute(folder + "/initiatorname")};
    // …/host2/session1
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(device.c_str(), nullptr), &std::free);
    const std::vector<std::string> names = path_components(real ? real.get() : "");
    if (names.size() >= 2)
      session.scan = fmt::format("{}/class/scsi_host/{}/scan", root, names[names.size() - 2]);
    for (const std::string& below : directory_names(device)) {
      if (below.starts_with("connection")) {
        const std::string connection = fmt::format("{}/class/iscsi_connection/{}", root, below);
        session.server = attribute(connection + "/address");
        session.port = number_of(attribute(connection + "/port"), 10).value_or(0);
      } else if (below.starts_with("target")) {
        read_units(fmt::format("{}/{}", device, below), session);
      }
    }
    sessions.push_back(std::move(session));
  }
  return sessions;
}

IscsiFirmware read_iscsi_firmware(const std::string& root) {
  const std::string table = root + "/firmware/ibft";
  IscsiFirmware firmware{.initiator = attribute(table + "/initiator/initiator-name"), .targets = {}};
  if (!is_iscsi_name(firmware.initiator)) firmware.initiator.clear();
  for (const std::string& name : directory_names(table)) {
    if (!name.starts_with(kFirmwareTarget)) continue;
    const std::string folder = fmt::format("{}/{}", table, name);
    IscsiFirmware::Target target;
    target.address.server = attribute(folder + "/ip-addr");
    target.address.target = attribute(folder + "/target-name");
    if (const auto port = number_of(attribute(folder + "/port"), 10); port && *port != 0)
      target.address.port = *port;
    target.address.lun = firmware_lun(attribute(folder + "/lun"));
    target.user = {attribute(folder + "/chap-name"), attribute(folder + "/chap-secret")};
    if (is_iscsi_server(target.address.server) && is_iscsi_name(target.address.target))
      firmware.targets.push_back(std::move(target));
  }
  return firmware;
}

std::string iscsi_failure(std::string_view output, const IscsiAddress& address) {
  const auto says = [&](std::string_view words) { return output.find(words) != std::string_view::npos; };
  if (says("(Connection refused)"))
    return fmt::format("connection refused by {} port {}", printable(address.server), address.port);
  if (says("target not found")) return "the server has no such target";
  if (says("(No route to host)") || says("(Connection timed out)") || says("connection timed out"))
    return fmt::format("no answer from {} port {}", printable(address.server), address.port);
  if (says("Cannot resolve") || says("cannot resolve") || says("Name or service not known") ||
      says("name resolution"))
    return "no address for " + printable(address.server);
  // `iscsistart: initiator reported error (19 - encountered non-retryable iSCSI login failure)`
  constexpr std::string_view kReported = "initiator reported error (";
  const std::size_t at = output.rfind(kReported);
  if (at == std::string_view::npos) return "iscsistart ended without a reason";
  const std::string_view reason = output.substr(at + kReported.size());
  return "not logged in: " + printable(reason.substr(0, reason.find_first_of(")\n")));
}

std::vector<IscsiSession> IscsiTool::sessions() {
  return read_iscsi_sessions(kSysfs);
}

IscsiFirmware IscsiTool::firmware() {
  return read_iscsi_firmware(kSysfs);
}

std::optional<IscsiUser> IscsiTool::user_of(const std::string& target) {
  for (const Login& login : logins_)
    if (login.target == target && !is_nobody(login.user)) return login.user;
  return {};
}

std::string IscsiTool::attach(const IscsiAddress& address) {
  const std::vector<IscsiSession> all = sessions();
  const auto session = std::find_if(all.begin(), all.end(),
                                    [&](const IscsiSession& one) { return one.target == address.target; });
  if (session == all.end())
    log_in(address);
  else if (session->units.empty())
    look_for_disks(*session);
  return await_disk(address);
}

/// The node of the disk, which may be on its way.
std::string IscsiTool::await_disk(const IscsiAddress& address) {
  const Deadline deadline = Deadline::in(kDiskDeadline);
  for (;;) {
    std::vector<std::string> others;
    for (const IscsiSession& session : sessions()) {
      if (session.target != address.target) continue;
      for (const IscsiDisk& disk : session.disks) {
        if (disk.lun == address.lun && mounter_.is_device(disk.node.substr(5))) return disk.node;
        others.push_back(std::to_string(disk.lun));
      }
    }
    // Once there is any disk, all are.
    if (deadline.expired() || (!others.empty() && std::find(others.begin(), others.end(),
                                                            std::to_string(address.lun)) == others.end()))
      fail("the target has no disk with LUN {}{}", address.lun,
           others.empty() ? "" : ", but with " + join(others, ", "));
    mounter_.await_change(std::min(kLook, deadline.remaining()));
    Interrupt::throw_if_requested();
  }
}

void IscsiTool::log_in(const IscsiAddress& address) {
  if (::access(kIscsistart, X_OK) != 0) fail("iscsistart, for iSCSI, is not part of this image");
  if (!dialogue_.user || !dialogue_.initiator_name) fail("nobody can be asked for a user yet");
  const std::string initiator = dialogue_.initiator_name();
  for (int refused = 0; refused <= kMaxRefused; ++refused) {
    const auto user = dialogue_.user(address.target, refused);
    if (!user && refused > 0) fail("the target wants a user and a secret");
    if (!try_to_log_in(address, initiator, user.value_or(IscsiUser{}))) continue;
    logins_.push_back({address.target, user.value_or(IscsiUser{})});
    log_info("logged in to {} at {} port {}", printable(address.target), printable(address.server),
             address.port);
    return;
  }
  fail("the target refused {} users", kMaxRefused);
}

/// False: the target wants another user. Throws Error, Cancelled.
bool IscsiTool::try_to_log_in(const IscsiAddress& address, const std::string& initiator,
                              const IscsiUser& user) {
  constexpr std::string_view kRefused = "error (24 ";  // ISCSI_ERR_LOGIN_AUTH_FAILED in iscsi_err.h
  std::vector<std::string> command = {kIscsistart,
                                      "--initiatorname=" + initiator,
                                      "--targetname=" + address.target,
                                      "--tgpt=1",
                                      "--address=" + address.server,
                                      fmt::format("--port={}", address.port),
                                      "--param=node.session.initial_login_retry_max=1",
                                      "--param=node.conn[0].timeo.login_timeout=5"};
  if (!is_nobody(user)) {
    command.push_back("--username=" + user.name);
    command.push_back("--password=" + user.secret);
  }
  const Holding login{Holding::Kind::iscsi, address.target};
  const Ledger::Act act = ledger_.begin(login);
  const ProcessResult result = run_captured(command);
  if (result.status == 0) return true;
  ledger_.end(login);
  if (result.output.find(kRefused) != std::string::npos) return false;
  fail("{}", iscsi_failure(result.output, address));
}

void IscsiTool::log_out(const std::string& target) {
  for (const IscsiSession& session : sessions()) {
    if (session.target != target) continue;
    for (const IscsiDisk& disk : session.disks)
      if (in_use(disk.node)) fail("{} is in use", disk.node);
    take_disks_away(session);
  }
  ledger_.end({Holding::Kind::iscsi, target});
  logins_.erase(std::remove_if(logins_.begin(), logins_.end(),
                               [&](const Login& login) { return login.target == target; }),
                logins_.end());
}

void IscsiTool::release() noexcept {
  while (!logins_.empty()) {
    try {
      log_out(std::string(logins_.back().target));
    } catch (const std::exception& error) {
      log_warning("{} stays logged in: {}", logins_.back().target, describe(error));
      logins_.pop_back();
    }
  }
}

void IscsiTool::drop_all() noexcept {
  try {
    for (const IscsiSession& session : sessions()) take_disks_away(session);
  } catch (const std::exception& error) {
    log_warning("{}", describe(error));
  }
}

}  // namespace kboot
