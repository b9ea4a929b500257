#include "loader/boot/device_tree.h"

#include <algorithm>
#include <optional>
#include <string>

namespace kboot {
namespace {

bool is_made_of(const BlockDevice& device, const std::string& node) {
  return std::find(device.parents.begin(), device.parents.end(), node) != device.parents.end();
}

class Tree {
 public:
  explicit Tree(const std::vector<BlockDevice>& devices)
      : devices_(devices), placed_(devices.size(), false) {}

  std::vector<DeviceBranch> grow() {
    for (std::size_t i = 0; i < devices_.size(); ++i)
      if (!first_parent(devices_[i])) place(i, 0);
    // What is left goes round in circles, which the kernel does not do.
    for (std::size_t i = 0; i < devices_.size(); ++i) place(i, 0);
    return std::move(branches_);
  }

 private:
  /// The first of its parents that is in the list.
  std::optional<std::string> first_parent(const BlockDevice& device) const {
    for (const std::string& parent : device.parents)
      for (const BlockDevice& candidate : devices_)
        if (candidate.node == parent) return parent;
    return {};
  }

  void place(std::size_t index, std::size_t depth) {
    if (placed_[index]) return;
    placed_[index] = true;
    branches_.push_back({index, depth});
    for (std::size_t i = 0; i < devices_.size(); ++i)
      if (first_parent(devices_[i]) == devices_[index].node) place(i, depth + 1);
  }

  const std::vector<BlockDevice>& devices_;
  std::vector<bool> placed_;
  std::vector<DeviceBranch> branches_;
};

}  // namespace

std::vector<DeviceBranch> device_tree(const std::vector<BlockDevice>& devices) {
  return Tree(devices).grow();
}

bool is_used(const BlockDevice& device, const std::vector<BlockDevice>& devices) {
  return std::any_of(devices.begin(), devices.end(),
                     [&](const BlockDevice& other) { return is_made_of(other, device.node); });
}

}  // namespace kboot
