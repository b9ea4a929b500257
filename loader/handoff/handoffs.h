#pragma once

#include <vector>

#include "base/kernel_log.h"
#include "loader/boot/boot_plan.h"
#include "loader/network/network.h"
#include "pathfs/resolver.h"

namespace kboot {

/// What the next kernel is given besides its initrd (`handoff=true`). The real one is MemoryHandoffs.
class Handoffs {
 public:
  virtual ~Handoffs() = default;
  /// Adds words and files to the plan: keys of LUKS volumes, the iSCSI login, the network, and the log of
  /// this boot; an empty one is not handed over.
  virtual void add_to(BootPlan& plan, Resolver& resolver, Network& network,
                      const std::vector<KernelRecord>& log) = 0;
};

/// All of handoff.h, as files in memory.
class MemoryHandoffs final : public Handoffs {
 public:
  void add_to(BootPlan& plan, Resolver& resolver, Network& network,
              const std::vector<KernelRecord>& log) override;
};

}  // namespace kboot
