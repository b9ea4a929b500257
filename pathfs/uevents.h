#pragma once

#include <chrono>

#include "base/unique_fd.h"

namespace kboot {

/// Tells when the kernel has found, lost or changed a block device (netlink(7), NETLINK_KOBJECT_UEVENT).
class Uevents {
 public:
  /// Waits for such news, at most `timeout`, and not longer than ^C; true when there were any. The first call
  /// returns at once and true: what came before was not listened to. Without netlink each call waits and then
  /// says true.
  bool await(std::chrono::milliseconds timeout);

 private:
  bool drain();

  UniqueFd socket_;
  bool tried_ = false;
};

}  // namespace kboot
