#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <sys/socket.h>
#include <sys/types.h>

#include "base/unique_fd.h"
#include "tests/unit/netfetch/loopback_server.h"

namespace kboot::test {

/// How an FTP server goes about it.
struct FtpManners {
  bool knows_size = true;    ///< answers SIZE
  bool says_the_end = true;  ///< "226 Transfer complete": one that is cut off no longer does
  std::function<void()> when_sent = [] {};
};

/// Serves `file`, under any name, over one control connection, until the client hangs up (RFC 959, RFC 2428).
/// For a LoopbackServer that speaks first.
class FtpSession {
 public:
  FtpSession(const Connection& control, const std::string& file, FtpManners manners)
      : control_(control), file_(file), manners_(std::move(manners)) {}

  void run() {
    reply("220 hello");
    for (std::string line = control_.read_line(); !line.empty(); line = control_.read_line()) answer(line);
  }

 private:
  void reply(const std::string& line) const { control_.send(line + "\r\n"); }

  void answer(const std::string& line) {
    const auto is = [&](std::string_view command) { return line.starts_with(command); };
    if (is("USER")) return reply("331 password");
    if (is("PASS")) return reply("230 welcome");
    if (is("PWD")) return reply("257 \"/\"");
    if (is("TYPE")) return reply("200 so be it");
    if (is("SIZE") && manners_.knows_size) return reply("213 " + std::to_string(file_.size()));
    if (is("EPSV")) {
      std::tie(listener_, data_port_) = listen_on_loopback();
      return reply("229 here (|||" + std::to_string(data_port_) + "|)");
    }
    if (is("RETR")) return send_file();
    reply("502 no");
  }

  void send_file() {
    reply("150 it comes");
    {
      const UniqueFd data(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      control_.over(data.get()).send(file_);
    }
    manners_.when_sent();
    if (manners_.says_the_end) reply("226 Transfer complete");
  }

  const Connection& control_;
  const std::string& file_;
  const FtpManners manners_;
  UniqueFd listener_;
  std::uint16_t data_port_ = 0;
};

}  // namespace kboot::test
