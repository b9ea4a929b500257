#pragma once

#include "pathfs/volumes.h"

namespace kboot {

/// For a kboot without RAID, LVM and LUKS: there is no step to take.
class AbsentVolumes final : public Volumes {
 public:
  bool activate(const std::string& /*wanted*/, Access /*access*/) override { return false; }
  bool activate_without_key(Access /*access*/) override { return false; }
  const std::vector<LuksKey>& keys() const override { return keys_; }
  void release() noexcept override {}
  bool take_down(const Holding& /*holding*/) noexcept override { return true; }
  void forget_key(const std::string& /*name*/) noexcept override {}
  void set_dialogue(VolumeDialogue /*dialogue*/) override {}

 private:
  std::vector<LuksKey> keys_;  ///< none
};

}  // namespace kboot
