#pragma once

#include <functional>

#include "loader/boot_plan.h"

namespace kboot {

class Report;
struct System;

/// Boots: stages the plan, loads it, and gives the machine to it. The order matters: the staged files are
/// closed before their file systems are unmounted (else EBUSY), the network is up until the last byte is
/// staged, ssh clients have gone before it is down, and it is down before the next kernel owns the memory.
/// Does not return but by Error or Cancelled; until the load is done nothing is changed and the prompt can go
/// on. `before_start` is called when nothing is mounted any more and the boot cannot be stopped.
void hand_over(const BootPlan& plan, const System& system, Report& report,
               const std::function<void()>& before_start);

}  // namespace kboot
