#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "pathfs/mounter.h"

namespace kboot {

/// Makes devices out of devices: RAID arrays, logical volumes, opened LUKS volumes. Nothing happens before a
/// path names a device that is not there. The real one is ToolVolumes; tests have one of their own.
class Volumes {
 public:
  virtual ~Volumes() = default;
  /// Takes the next step towards the device `wanted`, which is not there: false when there is none left to
  /// take. Throws Error, Cancelled.
  virtual bool activate(const std::string& wanted) = 0;
  /// Opens the LUKS volume on `node` with what is in `key`. False: it is the wrong one. Throws Error,
  /// Cancelled.
  virtual bool open_luks(const std::string& node, const std::string& name, const std::string& key) = 0;
  /// Takes down all that was made, last first; what is in use stays. Errors are logged, not thrown.
  virtual void release() noexcept = 0;
};

/// A name that may stand for a device of this kind: `md0`, `mapper/root`, `vg/lv`, `dm-1`, or any tag.
bool may_be_volume(std::string_view name);

/// What Volumes has to ask and to tell.
struct VolumeDialogue {
  /// The passphrase for the LUKS volume on `node`; nothing when the person has none for it. `wrong` ones were
  /// typed before. Throws Cancelled.
  std::function<std::optional<std::string>(const std::string& node, int wrong)> ask_passphrase;
  /// Something to know: `md0 is degraded: 1 of its devices is missing`.
  std::function<void(const std::string& message)> note;
};

/// The real one: mdadm, lvm and cryptsetup, each a program of the initramfs that may have been left out. All
/// is activated read-only: no superblock is updated, no resync started, no metadata written.
class ToolVolumes final : public Volumes {
 public:
  /// `mounter` tells which devices there are.
  explicit ToolVolumes(Mounter& mounter) : mounter_(mounter) {}
  ~ToolVolumes() override { release(); }
  ToolVolumes(const ToolVolumes&) = delete;
  ToolVolumes& operator=(const ToolVolumes&) = delete;

  void set_dialogue(VolumeDialogue dialogue) { dialogue_ = std::move(dialogue); }

  bool activate(const std::string& wanted) override;
  bool open_luks(const std::string& node, const std::string& name, const std::string& key) override;
  void release() noexcept override;

 private:
  enum class Incomplete { left, started };

  bool assemble(const std::vector<BlockDevice>& devices, Incomplete incomplete);
  bool activate_groups(const std::vector<BlockDevice>& devices);
  bool ask_and_open(const std::vector<BlockDevice>& devices, const std::string& wanted);

  Mounter& mounter_;
  VolumeDialogue dialogue_;
  std::set<std::string> seen_;                  ///< "STEP NODE": what a step was taken with already
  std::set<std::string> refused_;               ///< LUKS volumes that the person has no passphrase for
  std::vector<std::vector<std::string>> undo_;  ///< commands that take down what was made, oldest first
};

}  // namespace kboot
