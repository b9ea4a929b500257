#include "pathfs/uevents.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

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

std::optional<BlockEvent> parse_block_event(std::string_view message) {
  // Fields end in NUL: "add@/devices/…", "ACTION=add", "SUBSYSTEM=block", "DEVNAME=sda1", …
  BlockEvent event;
  bool is_block = false;
  while (!message.empty()) {
    const std::string_view field = message.substr(0, message.find('\0'));
    message.remove_prefix(std::min(field.size() + 1, message.size()));
    constexpr std::string_view kName = "DEVNAME=";
    if (field == "SUBSYSTEM=block") is_block = true;
    if (field == "ACTION=add") event.action = BlockEvent::Action::add;
    if (field == "ACTION=remove") event.action = BlockEvent::Action::remove;
    if (field.starts_with(kName)) event.name = field.substr(kName.size());
  }
  return is_block && !event.name.empty() ? std::optional(std::move(event)) : std::nullopt;
}

int Uevents::listen() {
  if (!tried_) socket_ = open_socket();
  tried_ = true;
  return socket_.get();
}

std::vector<BlockEvent> Uevents::read() {
  std::vector<BlockEvent> events;
  std::array<char, kMaxMessage> message{};
  while (socket_) {
    const ssize_t length = ::recv(socket_.get(), message.data(), message.size(), 0);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == ENOBUFS) events.emplace_back();
    if (length <= 0) break;
    if (auto event = parse_block_event({message.data(), static_cast<std::size_t>(length)}))
      events.push_back(std::move(*event));
  }
  return events;
}

bool Uevents::await(std::chrono::milliseconds timeout) {
  if (!tried_) {
    tried_ = true;
    socket_ = open_socket();
    return true;
  }
  std::array<pollfd, 2> waits = {pollfd{socket_.get(), POLLIN, 0}, pollfd{Interrupt::fd(), POLLIN, 0}};
  ::poll(waits.data(), waits.size(), static_cast<int>(timeout.count()));
  return !socket_ || !read().empty();
}

}  // namespace kboot
