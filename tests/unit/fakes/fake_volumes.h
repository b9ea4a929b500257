#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
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
  bool activate_without_key(Access /*access*/) override {
    if (steps_without_key.empty()) return false;
    const auto step = std::move(steps_without_key.front());
    steps_without_key.pop_front();
    step();
    return true;
  }
  const std::vector<LuksKey>& keys() const override { return open_with; }
  void release() noexcept override {
    open_with.clear();
    ++releases;
  }

  bool take_down(const Holding& holding) noexcept override {
    if (in_use.contains(holding.name)) return false;
    taken_down.push_back(std::string(kind_name(holding.kind)) + " " + holding.name);
    for (const std::string& freed : below[holding.name]) in_use.erase(freed);
    return true;
  }
  void forget_key(const std::string& name) noexcept override { forgotten.push_back(name); }

  void set_dialogue(VolumeDialogue /*dialogue*/) override {}

  std::set<std::string> in_use;                           ///< names that cannot be taken down
  std::map<std::string, std::vector<std::string>> below;  ///< what is free when this one is gone
  std::vector<std::string> taken_down;                    ///< of other processes: `luks name`
  std::vector<std::string> forgotten;                     ///< keys

  std::deque<std::function<void()>> steps;
  std::deque<std::function<void()>> steps_without_key;
  std::vector<std::string> asked;  ///< the devices that were missing
  Access last_access = Access::read_only;
  std::vector<LuksKey> open_with;
  int releases = 0;
};

}  // namespace kboot::test
