#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "netfetch/udp_socket.h"

namespace kboot {

/// getaddrinfo(3) in a thread of its own, which is left to itself when nobody wants the answer any more: it
/// cannot be interrupted.
class NameLookup {
 public:
  /// `host` is a name or an address, `port` a number. Throws Error when there can be no thread.
  NameLookup(const std::string& host, const std::string& port);

  /// Readable when the answer is there.
  int fd() const { return answered_.get(); }
  /// None as long as there is no answer; empty when there is no such name. In the order of preference.
  std::optional<std::vector<SocketAddress>> addresses() const;

 private:
  struct Answer;
  std::shared_ptr<Answer> answer_;
  UniqueFd answered_;
};

}  // namespace kboot
