#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pathfs/iscsi_address.h"
#include "pathfs/ledger.h"
#include "pathfs/mounter.h"

namespace kboot {

/// What a target wants to hear (CHAP, RFC 7143, 12.1.3); both are empty where it wants nothing.
struct IscsiUser {
  std::string name;
  std::string secret;
  bool operator==(const IscsiUser&) const = default;
};

/// The first line of a file: the name, a blank, and all the rest is the secret. Throws Error.
IscsiUser parse_iscsi_user(std::string_view text);

struct IscsiDisk {
  unsigned lun = 0;
  std::string node;  ///< `/dev/sda`
  bool operator==(const IscsiDisk&) const = default;
};

/// A target that the kernel is logged in to.
struct IscsiSession {
  std::string target;
  std::string server;  ///< the address
  unsigned port = 0;
  std::string initiator;
  std::vector<IscsiDisk> disks;
  std::vector<std::string> units;  ///< folders in sysfs: the disks and what else the target has
  std::string scan;                ///< the file in sysfs that makes the kernel look for units
  bool operator==(const IscsiSession&) const = default;
};

/// The sessions in the sysfs that is at `root` (`/sys`).
std::vector<IscsiSession> read_iscsi_sessions(const std::string& root);

/// What the firmware left behind when it booted from iSCSI (iBFT; Linux:
/// Documentation/ABI/testing/sysfs-ibft).
struct IscsiFirmware {
  std::string initiator;
  struct Target {
    IscsiAddress address;
    IscsiUser user;
    bool operator==(const Target&) const = default;
  };
  std::vector<Target> targets;
  bool operator==(const IscsiFirmware&) const = default;
};
/// Names that can be none (is_iscsi_name()) are left out: they would end up on a kernel command line.
IscsiFirmware read_iscsi_firmware(const std::string& root);

/// Logs in to iSCSI targets and out of them. The real one is IscsiTool; tests have one of their own.
class Initiator {
 public:
  virtual ~Initiator() = default;
  /// The node of a disk; logs in where that is still to be done. Throws Error, Cancelled.
  virtual std::string attach(const IscsiAddress& address) = 0;
  virtual std::vector<IscsiSession> sessions() = 0;
  /// With whom this object logged in; nothing for a target that it did not log in to, or that wants nobody.
  virtual std::optional<IscsiUser> user_of(const std::string& target) = 0;
  /// Takes the target's disks away from the kernel; the connection lasts until the kernel ends. Throws Error
  /// when a disk is in use.
  virtual void log_out(const std::string& target) = 0;
  /// Takes away the disks of this object's own logins that nobody uses. Errors are logged, not thrown.
  virtual void release() noexcept = 0;
  /// Takes away all disks there are, in use or not: a kernel that ends waits for them, with no network left.
  virtual void drop_all() noexcept = 0;
};

/// What Initiator has to ask.
struct IscsiDialogue {
  /// Who is logging in: the name of this machine.
  std::function<std::string()> initiator_name;
  /// A user for the target: for `refused` 0 the configured one or nothing, else what the person types.
  std::function<std::optional<IscsiUser>(const std::string& target, int refused)> user;
};

/// The real one: iscsistart of open-iscsi, a program of the initramfs that may have been left out, and sysfs.
/// The session is the kernel's and stays when the program has ended.
class IscsiTool final : public Initiator {
 public:
  /// `mounter` tells when a disk has come; all logins are in `ledger`.
  IscsiTool(Mounter& mounter, Ledger& ledger) : mounter_(mounter), ledger_(ledger) {}
  ~IscsiTool() override { release(); }
  IscsiTool(const IscsiTool&) = delete;
  IscsiTool& operator=(const IscsiTool&) = delete;

  void set_dialogue(IscsiDialogue dialogue) { dialogue_ = std::move(dialogue); }

  std::string attach(const IscsiAddress& address) override;
  std::vector<IscsiSession> sessions() override;
  std::optional<IscsiUser> user_of(const std::string& target) override;
  void log_out(const std::string& target) override;
  void release() noexcept override;
  void drop_all() noexcept override;

 private:
  struct Login {
    std::string target;
    IscsiUser user;
  };

  void log_in(const IscsiAddress& address);
  bool try_to_log_in(const IscsiAddress& address, const std::string& initiator, const IscsiUser& user);
  std::string await_disk(const IscsiAddress& address);

  Mounter& mounter_;
  Ledger& ledger_;
  IscsiDialogue dialogue_;
  std::vector<Login> logins_;
};

// For tests.

/// What iscsistart's output says went wrong, in a few words.
std::string iscsi_failure(std::string_view output, const IscsiAddress& address);

}  // namespace kboot
