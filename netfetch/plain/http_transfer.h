#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/unique_fd.h"
#include "netfetch/name_lookup.h"
#include "netfetch/plain/http_reader.h"
#include "netfetch/transfer.h"
#include "netfetch/udp_socket.h"

namespace kboot {

/// One attempt to get a file by HTTP/1.0, for a kboot without libcurl: the name's addresses, one after the
/// other until one takes the connection, the request, redirects to other http servers, and the deadlines
/// around an HttpReader.
class HttpTransfer final : public Transfer {
 public:
  /// `options` must outlive it.
  HttpTransfer(Url url, const FetchOptions& options, Consumer consumer);

  void ask_for_head(std::size_t bytes) override;
  void ask_for_rest(std::uint64_t offset, const std::string& version) override;
  void set_size_limit(std::uint64_t bytes) override { size_limit_ = bytes; }

  std::optional<std::uint64_t> size() const override;
  std::optional<std::uint64_t> offset() const override;
  std::string version() const override;
  void finish() const override;

  bool step() override;
  std::vector<pollfd> awaited() const override;
  std::chrono::milliseconds until_next_step() const override { return progress_by_.remaining(); }

 private:
  enum class Phase { looking_up, connecting, asking, reading, done };

  void begin(const Url& url);
  void proceed();
  void look_up();
  void connect_next();
  void finish_connecting();
  void send_request();
  void receive();
  void take_body(std::string_view bytes);
  void end_of_answer();
  void redirect(const std::string& location);
  void check_deadlines();
  std::string peer() const;

  Url url_;  ///< where redirects have led to
  const FetchOptions& options_;
  Consumer consumer_;
  std::string range_;  ///< headers of the request that say which part is wanted
  bool head_only_ = false;
  std::uint64_t size_limit_ = 0;
  int redirects_ = 0;

  Phase phase_ = Phase::looking_up;
  std::unique_ptr<NameLookup> lookup_;
  std::vector<SocketAddress> addresses_;  ///< that have not been called yet
  SocketAddress address_;                 ///< the one that was called last
  UniqueFd socket_;
  std::string request_;  ///< what is still to be sent
  std::optional<HttpReader> reader_;
  Deadline progress_by_;
  std::uint64_t counted_ = 0;   ///< bytes that there were when progress_by_ was set
  bool satisfied_ = false;      ///< the consumer wants no more
  std::exception_ptr failure_;  ///< why it ended
};

}  // namespace kboot
