#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "pathfs/mounter.h"

namespace kboot {

/// The devices as Tab sees them: what is on them is looked at again only after a while. A disk that has to
/// spin up, or is broken, makes the person wait once and not at each key.
class DeviceList {
 public:
  explicit DeviceList(Mounter& mounter) : mounter_(mounter) {}

  /// Whether the name of some device (`sda6`) begins so. No device is touched.
  bool has_name_beginning(std::string_view begin);
  /// The devices with something on them. Throws Cancelled.
  const std::vector<BlockDevice>& contents();

 private:
  using Clock = std::chrono::steady_clock;

  Mounter& mounter_;
  std::vector<std::string> names_;  ///< that were there when contents_ was read
  std::vector<BlockDevice> contents_;
  std::optional<Clock::time_point> read_;
};

}  // namespace kboot
