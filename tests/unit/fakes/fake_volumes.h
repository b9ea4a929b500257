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
  bool activate(const std::string& wanted) override {
    asked.push_back(wanted);
    if (steps.empty()) return false;
    const auto step = std::move(steps.front());
    steps.pop_front();
    step();
    return true;
  }
  bool open_luks(const std::string& node, const std::string& name, const std::string& key) override {
    opened.push_back(node + " " + name);
    return key == passphrase;
  }
  void release() noexcept override { ++releases; }

  std::deque<std::function<void()>> steps;
  std::vector<std::string> asked;   ///< the devices that were missing
  std::vector<std::string> opened;  ///< "NODE NAME"
  std::string passphrase;
  int releases = 0;
};

}  // namespace kboot::test
