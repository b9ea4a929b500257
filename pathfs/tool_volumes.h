#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pathfs/ledger.h"
#include "pathfs/volumes.h"

namespace kboot {

/// The names of the volume groups in what `lvm vgs --noheadings --nameprefixes --options=vg_name` prints:
/// `LVM2_VG_NAME='group'` on a line each, among warnings. Names that lvm(8) does not allow are left out: what
/// is on a disk is not taken into a command otherwise.
std::vector<std::string> group_names(std::string_view output);

/// The real one: mdadm, lvm and cryptsetup, each a program of the initramfs that may have been left out. With
/// Access::read_only no superblock is updated, no resync started, no metadata written.
class ToolVolumes final : public Volumes {
 public:
  /// `mounter` tells which devices there are; all that is made is in `ledger`.
  ToolVolumes(Mounter& mounter, Ledger& ledger) : mounter_(mounter), ledger_(ledger) {}
  ~ToolVolumes() override { release(); }
  ToolVolumes(const ToolVolumes&) = delete;
  ToolVolumes& operator=(const ToolVolumes&) = delete;

  bool activate(const std::string& wanted, Access access) override;
  bool activate_without_key(Access access) override;
  const std::vector<LuksKey>& keys() const override { return keys_; }
  void release() noexcept override;
  bool take_down(const Holding& holding) noexcept override;
  void forget_key(const std::string& name) noexcept override;
  void set_dialogue(VolumeDialogue dialogue) override { dialogue_ = std::move(dialogue); }

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
