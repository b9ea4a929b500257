#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "netfetch/name_lookup.h"
#include "netfetch/tftp/reader.h"
#include "netfetch/transfer.h"
#include "netfetch/udp_socket.h"

namespace kboot {

/// One attempt to get a file by TFTP: the name's addresses, one after the other until one answers, the socket
/// and the deadlines around a TftpReader.
class TftpTransfer final : public Transfer {
 public:
  /// `options` must outlive it. Throws Error when the URL has no file name that TFTP can say.
  TftpTransfer(const Url& url, const FetchOptions& options, Consumer consumer);
  /// Tells a server that is still sending to stop.
  ~TftpTransfer() override;

  void ask_for_head(std::size_t bytes) override;
  void ask_for_rest(std::uint64_t offset, const std::string& version) override;
  void set_size_limit(std::uint64_t bytes) override { size_limit_ = bytes; }

  std::optional<std::uint64_t> size() const override { return reader_.size(); }
  std::optional<std::uint64_t> offset() const override { return 0; }
  std::string version() const override { return {}; }
  void finish() const override;

  bool step() override;
  std::vector<pollfd> awaited() const override;
  std::chrono::milliseconds until_next_step() const override;

 private:
  /// A server by one of its addresses.
  struct Peer {
    UdpSocket socket;
    SocketAddress address;  ///< with the port of the transfer as soon as it has answered
  };

  void proceed();
  void look_up();
  void call_next();
  void send_to_all(const std::string& datagram);
  void send(std::size_t peer, const std::string& datagram);
  void unreachable(std::size_t peer, int error);
  void no_way_to(const SocketAddress& address, int error);
  void receive(std::size_t peer);
  void take(Peer& peer, std::string_view datagram, const SocketAddress& from);
  void hand_over();
  void check_deadlines();
  std::string server() const;

  const FetchOptions& options_;
  const std::string host_;
  const std::string port_;
  Consumer consumer_;
  TftpReader reader_;
  std::string taken_;  ///< contents on their way to the consumer
  std::uint64_t size_limit_ = 0;

  std::unique_ptr<NameLookup> lookup_;
  std::optional<std::vector<SocketAddress>> addresses_;  ///< that have not been called yet
  std::vector<Peer> peers_;                              ///< that were called; only one once it has answered
  std::string request_;                                  ///< as it was sent last
  Deadline next_call_;
  Deadline progress_by_;
  bool had_answered_ = false;   ///< when deadlines were last looked at
  std::uint64_t counted_ = 0;   ///< bytes that there were when progress_by_ was set
  bool satisfied_ = false;      ///< the consumer wants no more
  std::exception_ptr failure_;  ///< why it ended
};

}  // namespace kboot
