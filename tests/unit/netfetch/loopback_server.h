#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/unique_fd.h"

namespace kboot::test {

/// One connection as a server sees it. All calls end when the client hangs up.
class Connection {
 public:
  Connection(int fd, const std::atomic<bool>& stopping) : fd_(fd), stopping_(stopping) {}

  /// Whether all of it was taken.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  /// The next line without its end; empty when the client has hung up.
  std::string read_line() const {
    std::string line;
    char c = 0;
    while (!stopping_ && recv(fd_, &c, 1, 0) == 1 && c != '\n')
      if (c != '\r') line += c;
    return line;
  }
  /// The same over another socket.
  Connection over(int fd) const { return {fd, stopping_}; }
  /// Says nothing until the client hangs up or the server is stopped.
  void stall() const {
    pollfd peer{fd_, POLLIN | POLLRDHUP, 0};
    while (!stopping_ && poll(&peer, 1, 10) == 0) continue;
  }

 private:
  int fd_;
  const std::atomic<bool>& stopping_;
};

/// A listening TCP socket on loopback, and its port.
inline std::pair<UniqueFd, std::uint16_t> listen_on_loopback() {
  UniqueFd listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener.get(), generic, length) != 0 || listen(listener.get(), 8) != 0 ||
      getsockname(listener.get(), generic, &length) != 0)
    throw std::runtime_error("no server on loopback");
  return {std::move(listener), ntohs(address.sin_port)};
}

/// A TCP server on loopback in a thread. `handler` gets each connection with the head of the HTTP request
/// that came over it; where the server speaks first (Speaks::first) it gets it at once, with an empty head.
class LoopbackServer {
 public:
  using Handler = std::function<void(const Connection& connection, const std::string& request)>;
  enum class Speaks { first, second };

  explicit LoopbackServer(Handler handler, Speaks speaks = Speaks::second)
      : handler_(std::move(handler)), speaks_(speaks) {
    std::tie(listener_, port_) = listen_on_loopback();
    thread_ = std::thread([this] { serve(); });
  }
  ~LoopbackServer() {
    stopping_ = true;
    thread_.join();
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url(const std::string& path) const {
    return (speaks_ == Speaks::first ? "ftp" : "http") + ("://127.0.0.1:" + std::to_string(port_)) + path;
  }

  /// Heads of the requests so far.
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    while (!stopping_) {
      pollfd waiting{listener_.get(), POLLIN, 0};
      if (poll(&waiting, 1, 10) <= 0) continue;
      const UniqueFd client(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!client) continue;
      const std::string request = speaks_ == Speaks::first ? "" : read_head(client.get());
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      handler_(Connection(client.get(), stopping_), request);
    }
  }

  static std::string read_head(int fd) {
    std::string head;
    char c = 0;
    while (head.find("\r\n\r\n") == std::string::npos && recv(fd, &c, 1, 0) == 1) head += c;
    return head;
  }

  Handler handler_;
  Speaks speaks_;
  UniqueFd listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace kboot::test
