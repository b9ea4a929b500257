#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "base/deadline.h"
#include "base/kernel_log.h"
#include "config/network_plan.h"

namespace kboot {

/// A record as RFC 5424 has it; `started` is when the kernel did.
std::string syslog_message(const KernelRecord& record, std::chrono::system_clock::time_point started,
                           std::string_view hostname);

/// Sends the log from its first line on, and then each new one, to a syslog server by UDP (RFC 5426). As long
/// as there is no way there, or nobody listens, it tries again, and nothing is lost that the kernel still
/// has. Does not return; throws Error.
[[noreturn]] void send_log(const SyslogServer& server);

/// Keeps a process that does so.
class LogSender {
 public:
  LogSender() = default;
  ~LogSender() { stop(); }
  LogSender(const LogSender&) = delete;
  LogSender& operator=(const LogSender&) = delete;

  /// Where the log is to go from now on. Another server gets it from the first line on.
  void set_server(const std::optional<SyslogServer>& server);
  void child_ended(pid_t child);

 private:
  void start();
  void stop() noexcept;

  std::optional<SyslogServer> server_;
  pid_t child_ = -1;
  Deadline start_ = Deadline::in(std::chrono::seconds(0));
};

}  // namespace kboot
