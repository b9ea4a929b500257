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
  /// None as long as there is no answer.
  struct Answer {
    std::vector<SocketAddress> addresses;  ///< in the order of preference; empty when there is no such name
    bool nobody_answered = false;          ///< no name server did
  };
  std::optional<Answer> answer() const;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
  UniqueFd answered_;
};

}  // namespace kboot
