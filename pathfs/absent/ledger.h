#pragma once

#include "pathfs/ledger.h"

namespace kboot {

/// Keeps nothing: for a kboot without ledger, and for a process that makes nothing.
class AbsentLedger final : public Ledger {
 public:
  Act begin(const Holding& /*holding*/) override { return {}; }
  void end(const Holding& /*holding*/) noexcept override {}
  std::vector<Holder> holders() const override { return {}; }
  void strike(const Holder& /*holder*/, const Holding& /*holding*/) noexcept override {}

 private:
  void close(std::chrono::milliseconds /*patience*/) noexcept override {}
  void open() noexcept override {}
};

}  // namespace kboot
