#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret_text.h"
#include "pathfs/holding.h"
#include "pathfs/ledger.h"
#include "pathfs/mounter.h"

namespace kboot {

/// What a LUKS volume was opened with.
struct LuksKey {
  std::string uuid;  ///< of the LUKS header
  std::string name;  ///< below /dev/mapper
  SecretText key;    ///< passphrase, or what was in the key file
};

/// Makes devices out of devices: RAID arrays, logical volumes, opened LUKS volumes. Nothing happens before a
/// path names a device that is not there. The real one is ToolVolumes; tests have one of their own.
class Volumes {
 public:
  virtual ~Volumes() = default;
  /// Takes the next step towards the device `wanted`, which is not there: false when there is none left to
  /// take. With read_only nothing below the new device can be written through it. Throws Error, Cancelled.
  virtual bool activate(const std::string& wanted, Access access) = 0;
  /// Takes the next step that no key is needed for, arrays and logical volumes on the devices that are there:
  /// false when there is none left to take. Throws Error, Cancelled.
  virtual bool activate_without_key(Access access) = 0;
  /// The keys of the LUKS volumes that are open by this object's doing.
  virtual const std::vector<LuksKey>& keys() const = 0;
  /// Takes down all that was made, last first, and forgets the keys; what is in use stays. Errors are logged,
  /// not thrown.
  virtual void release() noexcept = 0;

  /// Takes down what another kboot process, or one that is no more, has made; false when it is in use.
  virtual bool take_down(const Holding& holding) noexcept = 0;
  /// The last resort before the machine goes: the kernel forgets the key of an open LUKS volume that is in
  /// use.
  virtual void forget_key(const std::string& name) noexcept = 0;
};

/// A name that may stand for a device of this kind: `md0`, `mapper/root`, `vg/lv`, `dm-1`, or any tag.
bool may_be_volume(std::string_view name);

/// The names of the volume groups in what `lvm vgs --noheadings --nameprefixes --options=vg_name` prints:
/// `LVM2_VG_NAME='group'` on a line each, among warnings. Names that lvm(8) does not allow are left out: what
/// is on a disk is not taken into a command otherwise.
std::vector<std::string> group_names(std::string_view output);

/// What Volumes has to ask and to tell.
struct VolumeDialogue {
  /// The passphrase for the LUKS volume on `node`; nothing when the person has none for it. `wrong` ones were
  /// typed before. Throws Cancelled.
  std::function<std::optional<SecretText>(const std::string& node, int wrong)> ask_passphrase;
  /// Something to know: `md0 is degraded: 1 of its devices is missing`.
  std::function<void(const std::string& message)> note;
};

/// The real one: mdadm, lvm and cryptsetup, each a program of the initramfs that may have been left out. With
/// Access::read_only no superblock is updated, no resync started, no metadata written.
class ToolVolumes final : public Volumes {
 public:
  /// `mounter` tells which devices there are; all that is made is in `ledger`.
  ToolVolumes(Mounter& mounter, Ledger& ledger) : mounter_(mounter), ledger_(ledger) {}
  ~ToolVolumes() override { release(); }
  ToolVolumes(const ToolVolumes&) = delete;
  ToolVolumes& operator=(const ToolVolumes&) = delete;

  void set_dialogue(VolumeDialogue dialogue) { dialogue_ = std::move(dialogue); }

  bool activate(const std::string& wanted, Access access) override;
  bool activate_without_key(Access access) override;
  const std::vector<LuksKey>& keys() const override { return keys_; }
  void release() noexcept override;
  bool take_down(const Holding& holding) noexcept override;
  void forget_key(const std::string& name) noexcept override;

 private:
  enum class Incomplete { left, started };

  bool take_step_without_key(const std::vector<BlockDevice>& devices, Access access);
  bool assemble(const std::vector<BlockDevice>& devices, Incomplete incomplete, Access access);
  bool activate_groups(const std::vector<BlockDevice>& devices, Access access);
  bool ask_and_open(const std::vector<BlockDevice>& devices, const std::string& wanted, Access access);
  bool open_luks(const BlockDevice& device, LuksKey key, Access access);
  Ledger::Act hold(const Holding& holding);

  Mounter& mounter_;
  Ledger& ledger_;
  VolumeDialogue dialogue_;
  std::set<std::string> seen_;     ///< "STEP NODE": what a step was taken with already
  std::set<std::string> refused_;  ///< LUKS volumes that the person has no passphrase for
  std::vector<LuksKey> keys_;
  std::vector<Holding> made_;  ///< oldest first
};

}  // namespace kboot
