#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "pathfs/volumes.h"

namespace kboot::test {

/// Steps that make devices appear, taken one after the other when a device is missing.
class FakeVolumes final : public Volumes {
 public:
  bool activate(const std::string& wanted, Access access) override {
    asked.push_back(wanted);
    last_access = access;
    if (steps.empty()) return false;
    const auto step = std::move(steps.front());
    steps.pop_front();
    step();
    return true;
  }
  const std::vector<LuksKey>& keys() const override { return open_with; }
  void release() noexcept override {
    open_with.clear();
    ++releases;
  }

  std::deque<std::function<void()>> steps;
  std::vector<std::string> asked;  ///< the devices that were missing
  Access last_access = Access::read_only;
  std::vector<LuksKey> open_with;
  int releases = 0;
};

}  // namespace kboot::test
