#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/unique_fd.h"

namespace kboot {

/// An address with a port, IPv4 or IPv6.
class SocketAddress {
 public:
  SocketAddress() = default;
  /// A copy of `length` bytes; what does not fit is cut off.
  SocketAddress(const sockaddr* address, socklen_t length);

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t length() const { return length_; }
  int family() const { return storage_.ss_family; }
  /// The same machine, whatever the port.
  bool same_host(const SocketAddress& other) const;
  bool operator==(const SocketAddress& other) const;
  /// "10.0.0.1 port 69"
  std::string str() const;

 private:
  std::uint16_t port() const;

  sockaddr_storage storage_{};
  socklen_t length_ = 0;
};

/// A UDP socket that never blocks and takes datagrams from everybody.
class UdpSocket {
 public:
  /// For peers of this address family. Nothing, and errno, when there can be none: a kernel without IPv6 has
  /// no sockets of that family.
  static std::optional<UdpSocket> open(int family);

  /// Returns 0 or errno. A full queue counts as sent and lost.
  int send(std::string_view datagram, const SocketAddress& to);

  /// Hands what has come to `taker`, which returns whether it wants more; not more than a few hundred
  /// datagrams at a time. Returns 0 or, when nothing has come, the errno that an ICMP message stands for.
  using Taker = std::function<bool(std::string_view datagram, const SocketAddress& from)>;
  int receive(const Taker& taker);

  int fd() const { return fd_.get(); }

 private:
  explicit UdpSocket(UniqueFd fd, int family);
  void forget_errors();

  UniqueFd fd_;
  std::vector<char> room_;
};

}  // namespace kboot
