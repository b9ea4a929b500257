#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/unique_fd.h"

namespace kboot::test {

/// One read request as the server's side of it: a socket of its own that talks to one client.
class TftpRequest {
 public:
  TftpRequest(const sockaddr_in& client, const std::string& datagram, const std::atomic<bool>& stopping)
      : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)), client_(client), stopping_(stopping) {
    for (std::size_t at = 2, end = 0; (end = datagram.find('\0', at)) != std::string::npos; at = end + 1)
      words_.push_back(datagram.substr(at, end - at));
    while (words_.size() < 2) words_.emplace_back();
  }

  /// The same client, from another port.
  TftpRequest from_another_port() const { return {client_, std::string(2, '\0'), stopping_}; }

  const std::string& file() const { return words_.front(); }
  std::optional<std::size_t> option(std::string_view name) const {
    for (std::size_t i = 2; i + 1 < words_.size(); i += 2)
      if (words_[i] == name) return std::stoul(words_[i + 1]);
    return {};
  }

  void send(std::string_view datagram) const {
    ::sendto(socket_.get(), datagram.data(), datagram.size(), 0, reinterpret_cast<const sockaddr*>(&client_),
             sizeof client_);
  }
  /// The next datagram from the client; none after so many milliseconds, or when the server is stopped.
  std::optional<std::string> receive(int patience) const {
    for (int waited = 0; waited < patience && !stopping_; waited += 10) {
      pollfd news{socket_.get(), POLLIN, 0};
      if (poll(&news, 1, 10) <= 0) continue;
      std::string datagram(2048, '\0');
      const ssize_t length = ::recv(socket_.get(), datagram.data(), datagram.size(), 0);
      if (length < 0) continue;
      datagram.resize(static_cast<std::size_t>(length));
      return datagram;
    }
    return {};
  }

  static std::string number(std::size_t value) {
    return {static_cast<char>(value >> 8U & 0xffU), static_cast<char>(value & 0xffU)};
  }
  void refuse(unsigned code, const std::string& message) const {
    send(number(5) + number(code) + message + '\0');
  }

  /// Serves `contents` as RFC 7440 has it, and repeats a window after 300 ms. What `loses` names, by a count
  /// of all that is sent, never goes out; it ends without a word after `stop_after` blocks. Returns the
  /// client's last datagram.
  std::string serve(const std::string& contents, const std::function<bool(std::size_t)>& loses = nullptr,
                    std::size_t stop_after = SIZE_MAX) const {
    const std::size_t size = option("blksize").value_or(512);
    const std::size_t window = option("windowsize").value_or(1);
    const std::size_t last = contents.size() / size + 1;
    std::size_t sent = 0;
    const auto put = [&](const std::string& datagram) {
      if (!loses || !loses(++sent)) send(datagram);
    };
    const bool has_options = option("tsize").has_value();
    std::size_t done = 0;
    std::string heard;
    for (bool agreed = !has_options; done < last;) {
      if (!agreed) put(options(contents.size(), size, window));
      for (std::size_t i = done + 1; agreed && i <= std::min(done + window, last); ++i) {
        if (i > stop_after) return heard;
        put(number(3) + number(i & 0xffffU) + contents.substr((i - 1) * size, size));
      }
      const auto reply = receive(300);
      if (stopping_) return heard;
      if (!reply) continue;
      heard = *reply;
      if (heard.size() < 4 || heard[1] != 4) return heard;
      const std::size_t acknowledged = static_cast<std::size_t>(static_cast<unsigned char>(heard[2])) << 8U |
                                       static_cast<unsigned char>(heard[3]);
      const std::size_t ahead = (acknowledged - done) & 0xffffU;
      if (ahead <= window) done += ahead;
      agreed = true;
    }
    return heard;
  }

 private:
  static std::string options(std::size_t total, std::size_t size, std::size_t window) {
    std::string datagram = number(6);
    const std::vector<std::pair<std::string, std::size_t>> taken = {
        {"tsize", total}, {"blksize", size}, {"windowsize", window}};
    for (const auto& [name, value] : taken) datagram += name + '\0' + std::to_string(value) + '\0';
    return datagram;
  }

  UniqueFd socket_;
  sockaddr_in client_;
  const std::atomic<bool>& stopping_;
  std::vector<std::string> words_;
};

/// A TFTP server on loopback in a thread; one request after the other.
class LoopbackTftp {
 public:
  using Handler = std::function<void(const TftpRequest& request)>;

  explicit LoopbackTftp(Handler handler)
      : handler_(std::move(handler)), socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(socket_.get(), generic, length) != 0 || getsockname(socket_.get(), generic, &length) != 0)
      throw std::runtime_error("no TFTP server on loopback");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~LoopbackTftp() {
    stopping_ = true;
    thread_.join();
  }
  LoopbackTftp(const LoopbackTftp&) = delete;
  LoopbackTftp& operator=(const LoopbackTftp&) = delete;

  std::string url(const std::string& path, const std::string& host = "127.0.0.1") const {
    return "tftp://" + host + ":" + std::to_string(port_) + path;
  }
  std::uint16_t port() const { return port_; }

 private:
  void serve() {
    while (!stopping_) {
      pollfd news{socket_.get(), POLLIN, 0};
      if (poll(&news, 1, 10) <= 0) continue;
      std::string datagram(2048, '\0');
      sockaddr_in client{};
      socklen_t length = sizeof client;
      const ssize_t size = ::recvfrom(socket_.get(), datagram.data(), datagram.size(), 0,
                                      reinterpret_cast<sockaddr*>(&client), &length);
      if (size < 2 || datagram[1] != 1) continue;
      datagram.resize(static_cast<std::size_t>(size));
      handler_(TftpRequest(client, datagram, stopping_));
    }
  }

  Handler handler_;
  UniqueFd socket_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace kboot::test
