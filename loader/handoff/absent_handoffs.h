#pragma once

#include "base/log.h"
#include "loader/handoff/handoffs.h"
#include "loader/handoff/persistent_log.h"

namespace kboot {

/// Hands the next kernel nothing: this kboot was built without it.
class AbsentHandoffs final : public Handoffs {
 public:
  void add_to(BootPlan& /*plan*/, Resolver& /*resolver*/, Network& /*network*/,
              const std::vector<KernelRecord>& /*log*/) override {
    log_warning("handoff=true: left out of this kboot");
  }
};

/// Memory that no kernel will find.
class AbsentPersistentLog final : public PersistentLog {
 public:
  bool is_there() override { return false; }
  void write(const std::string& /*text*/) override {}
};

}  // namespace kboot
