#pragma once

#include "base/error.h"
#include "pathfs/iscsi.h"

namespace kboot {

/// For a kboot without iSCSI.
class AbsentInitiator final : public Initiator {
 public:
  std::string attach(const IscsiAddress& /*address*/) override { fail("iSCSI: left out of this kboot"); }
  std::vector<IscsiSession> sessions() override { return {}; }
  IscsiFirmware firmware() override { return {}; }
  std::optional<IscsiUser> user_of(const std::string& /*target*/) override { return {}; }
  void log_out(const std::string& /*target*/) override {}
  void release() noexcept override {}
  void drop_all() noexcept override {}
  void set_dialogue(IscsiDialogue /*dialogue*/) override {}
};

}  // namespace kboot
