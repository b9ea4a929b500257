#include "pathfs/uevents.h"

#include <array>
#include <cerrno>
#include <string_view>

#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/interrupt.h"

namespace kboot {
namespace {

constexpr unsigned kKernelGroup = 1;  // the kernel's own messages; udev sends in group 2
constexpr std::size_t kMaxMessage = 8192;

UniqueFd open_socket() {
  UniqueFd socket(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = kKernelGroup;
  if (!socket || ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return {};
  return socket;
}

}  // namespace

/// Reads what has come; true when a block device was in it, or when messages were lost.
bool Uevents::drain() {
  bool news = false;
  std::array<char, kMaxMessage> message{};
  for (;;) {
    const ssize_t length = ::recv(socket_.get(), message.data(), message.size(), 0);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == ENOBUFS) news = true;
    if (length <= 0) return news;
    // Fields end in NUL: "add@/devices/…", "SUBSYSTEM=block", …
    const std::string_view text(message.data(), static_cast<std::size_t>(length));
    news = news || text.find(std::string_view("\0SUBSYSTEM=block\0", 17)) != std::string_view::npos;
  }
}

bool Uevents::await(std::chrono::milliseconds timeout) {
  if (!tried_) {
    tried_ = true;
    socket_ = open_socket();
    return true;
  }
  std::array<pollfd, 2> waits = {pollfd{socket_.get(), POLLIN, 0}, pollfd{Interrupt::fd(), POLLIN, 0}};
  ::poll(waits.data(), waits.size(), static_cast<int>(timeout.count()));
  return !socket_ || drain();
}

}  // namespace kboot
