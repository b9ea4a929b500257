#include "netfetch/udp_socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <netdb.h>

#include <fmt/format.h>

namespace kboot {
namespace {

constexpr std::size_t kLongest = 2048;       // bytes; what is longer is cut off
constexpr unsigned kAtOnce = 32;             // datagrams for one system call
constexpr unsigned kRounds = 16;             // system calls before others get their turn
constexpr int kReceiveBuffer = 1024 * 1024;  // bytes, with the kernel's own for each datagram

void set(int fd, int level, int option, int value) {
  // None of them is vital.
  static_cast<void>(::setsockopt(fd, level, option, &value, sizeof value));
}

}  // namespace

SocketAddress::SocketAddress(const sockaddr* address, socklen_t length)
    : length_(std::min<socklen_t>(length, sizeof storage_)) {
  std::memcpy(&storage_, address, length_);
}

std::uint16_t SocketAddress::port() const {
  // In both families the port follows the family.
  return reinterpret_cast<const sockaddr_in*>(&storage_)->sin_port;
}

bool SocketAddress::same_host(const SocketAddress& other) const {
  if (family() != other.family()) return false;
  if (family() == AF_INET)
    return reinterpret_cast<const sockaddr_in*>(&storage_)->sin_addr.s_addr ==
           reinterpret_cast<const sockaddr_in*>(&other.storage_)->sin_addr.s_addr;
  const auto& mine = *reinterpret_cast<const sockaddr_in6*>(&storage_);
  const auto& its = *reinterpret_cast<const sockaddr_in6*>(&other.storage_);
  return std::memcmp(&mine.sin6_addr, &its.sin6_addr, sizeof mine.sin6_addr) == 0;
}

bool SocketAddress::operator==(const SocketAddress& other) const {
  return same_host(other) && port() == other.port();
}

std::string SocketAddress::str() const {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> service{};
  if (::getnameinfo(get(), length_, host.data(), host.size(), service.data(), service.size(),
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return "an address of another kind";
  return fmt::format("{} port {}", host.data(), service.data());
}

std::optional<UdpSocket> UdpSocket::open(int family) {
  UniqueFd fd(::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return {};
  return UdpSocket(std::move(fd), family);
}

UdpSocket::UdpSocket(UniqueFd fd, int family) : fd_(std::move(fd)), room_(kLongest * kAtOnce) {
  set(fd_.get(), SOL_SOCKET, SO_RCVBUF, kReceiveBuffer);
  set(fd_.get(), SOL_SOCKET, SO_RCVBUFFORCE, kReceiveBuffer);
  // A socket that is bound to no peer hears of ICMP errors only so: ip(7).
  if (family == AF_INET)
    set(fd_.get(), IPPROTO_IP, IP_RECVERR, 1);
  else
    set(fd_.get(), IPPROTO_IPV6, IPV6_RECVERR, 1);
}

int UdpSocket::send(std::string_view datagram, const SocketAddress& to) {
  const auto attempt = [&] {
    return ::sendto(fd_.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL, to.get(), to.length()) >= 0
               ? 0
               : errno;
  };
  int error = attempt();
  // An error may be that of an earlier datagram; it is reported once.
  if (error == ECONNREFUSED || error == EHOSTUNREACH) error = attempt();
  return error == EAGAIN || error == ENOBUFS ? 0 : error;
}

int UdpSocket::receive(const Taker& taker) {
  std::array<mmsghdr, kAtOnce> messages{};
  std::array<iovec, kAtOnce> pieces{};
  std::array<sockaddr_storage, kAtOnce> senders{};
  for (unsigned round = 0; round < kRounds; ++round) {
    for (unsigned i = 0; i < kAtOnce; ++i) {
      pieces[i] = {room_.data() + std::size_t{i} * kLongest, kLongest};
      messages[i].msg_hdr = {};
      messages[i].msg_hdr.msg_iov = &pieces[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      messages[i].msg_hdr.msg_name = &senders[i];
      messages[i].msg_hdr.msg_namelen = sizeof senders[i];
    }
    const int count = ::recvmmsg(fd_.get(), messages.data(), kAtOnce, 0, nullptr);
    if (count < 0) {
      const int error = errno;
      if (error == EAGAIN || error == EINTR) return 0;
      forget_errors();
      return error;
    }
    for (int i = 0; i < count; ++i) {
      const mmsghdr& message = messages[static_cast<unsigned>(i)];
      const SocketAddress from(static_cast<const sockaddr*>(message.msg_hdr.msg_name),
                               message.msg_hdr.msg_namelen);
      if (!taker({room_.data() + static_cast<std::size_t>(i) * kLongest, message.msg_len}, from)) return 0;
    }
    if (count < static_cast<int>(kAtOnce)) break;
  }
  return 0;
}

/// What lies in the queue of errors keeps poll(2) from sleeping.
void UdpSocket::forget_errors() {
  char byte = 0;
  iovec piece{&byte, sizeof byte};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  while (::recvmsg(fd_.get(), &message, MSG_ERRQUEUE) >= 0) continue;
}

}  // namespace kboot
