#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"

namespace kboot {

/// A block device has come, gone or changed.
struct BlockEvent {
  enum class Action { add, remove, change } action = Action::change;
  std::string name;  ///< in /dev: `sda1`; empty: of any device, since messages were lost
  bool operator==(const BlockEvent&) const = default;
};

/// One message of the kernel's; nothing when it is about something else.
std::optional<BlockEvent> parse_block_event(std::string_view message);

/// Tells when the kernel has found, lost or changed a block device (netlink(7), NETLINK_KOBJECT_UEVENT).
class Uevents {
 public:
  /// Waits for such news, at most `timeout`, and not longer than ^C; true when there were any. The first call
  /// returns at once and true: what came before was not listened to. Without netlink each call waits and then
  /// says true.
  bool await(std::chrono::milliseconds timeout);

  /// For those who wait for other things, too: listens from now on. -1 without netlink.
  int listen();
  /// What has come since the last call.
  std::vector<BlockEvent> read();

 private:
  UniqueFd socket_;
  bool tried_ = false;
};

}  // namespace kboot
