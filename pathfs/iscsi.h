#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pathfs/iscsi_address.h"
#include "pathfs/iscsi_user.h"
#include "pathfs/mounter.h"

namespace kboot {

class Ledger;

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

/// What Initiator has to ask.
struct IscsiDialogue {
  /// Who is logging in: the name of this machine.
  std::function<std::string()> initiator_name;
  /// A user for the target: for `refused` 0 the configured one or nothing, else what the person types.
  std::function<std::optional<IscsiUser>(const std::string& target, int refused)> user;
};

/// Logs in to iSCSI targets and out of them. The real one is IscsiTool, a kboot without it has
/// AbsentInitiator.
class Initiator {
 public:
  virtual ~Initiator() = default;
  /// The node of a disk; logs in where that is still to be done. Throws Error, Cancelled.
  virtual std::string attach(const IscsiAddress& address) = 0;
  virtual std::vector<IscsiSession> sessions() = 0;
  virtual IscsiFirmware firmware() = 0;
  /// With whom this object logged in; nothing for a target that it did not log in to, or that wants nobody.
  virtual std::optional<IscsiUser> user_of(const std::string& target) = 0;
  /// Takes the target's disks away from the kernel; the connection lasts until the kernel ends. Throws Error
  /// when a disk is in use.
  virtual void log_out(const std::string& target) = 0;
  /// Takes away the disks of this object's own logins that nobody uses. Errors are logged, not thrown.
  virtual void release() noexcept = 0;
  /// Takes away all disks there are, in use or not: a kernel that ends waits for them, with no network left.
  virtual void drop_all() noexcept = 0;

  /// Whom it asks from now on.
  virtual void set_dialogue(IscsiDialogue dialogue) = 0;
};

/// The one that this kboot has (chosen.cc): `mounter` tells when a disk has come, all logins are in `ledger`.
std::unique_ptr<Initiator> make_initiator(Mounter& mounter, Ledger& ledger);

}  // namespace kboot
