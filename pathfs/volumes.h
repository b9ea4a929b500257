#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret_text.h"
#include "pathfs/holding.h"
#include "pathfs/mounter.h"

namespace kboot {

class Ledger;

/// What a LUKS volume was opened with.
struct LuksKey {
  std::string uuid;  ///< of the LUKS header
  std::string name;  ///< below /dev/mapper
  SecretText key;    ///< passphrase, or what was in the key file
};

/// What Volumes has to ask and to tell.
struct VolumeDialogue {
  /// The passphrase for the LUKS volume on `node`; nothing when the person has none for it. `wrong` ones were
  /// typed before. Throws Cancelled.
  std::function<std::optional<SecretText>(const std::string& node, int wrong)> ask_passphrase;
  /// Something to know: `md0 is degraded: 1 of its devices is missing`.
  std::function<void(const std::string& message)> note;
};

/// Makes devices out of devices: RAID arrays, logical volumes, opened LUKS volumes. Nothing happens before a
/// path names a device that is not there. The real one is ToolVolumes, a kboot without
/// them has AbsentVolumes.
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

  /// Whom it asks from now on.
  virtual void set_dialogue(VolumeDialogue dialogue) = 0;
};

/// A name that may stand for a device of this kind: `md0`, `mapper/root`, `vg/lv`, `dm-1`, or any tag.
bool may_be_volume(std::string_view name);

/// The one that this kboot has (chosen.cc): `mounter` tells which devices there are, all that is made is in
/// `ledger`.
std::unique_ptr<Volumes> make_volumes(Mounter& mounter, Ledger& ledger);

}  // namespace kboot
