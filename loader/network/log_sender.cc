#include "loader/network/log_sender.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <memory>

#include <netdb.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/error.h"
#include "base/host_name.h"
#include "base/log.h"
#include "base/process.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace kboot {
namespace {

using std::chrono::microseconds;

constexpr std::chrono::seconds kAgain{2};
/// So long it takes a machine that is not far away to say that nobody listens there.
constexpr std::chrono::milliseconds kRefusal{200};
/// Between two datagrams: a server that gets the log of a whole boot at once loses some of it.
constexpr useconds_t kPace = 1000;

/// What a record's time is taken for at the most, a century in microseconds.
constexpr std::uint64_t kMaxUptime = std::uint64_t{100} * 365 * 24 * 60 * 60 * 1'000'000;

/// Facilities of RFC 5424.
constexpr unsigned kKernel = 0;
constexpr unsigned kDaemon = 3;

bool is_graphic(char c) {
  return c > ' ' && c < 0x7f;
}

/// A host's name as the format has room for it: DHCP servers give names with any bytes in them.
std::string host_field(std::string_view name) {
  constexpr std::size_t kMaxName = 255;  // RFC 5424, 6
  std::string field(name.substr(0, kMaxName));
  std::replace_if(
      field.begin(), field.end(), [](char c) { return !is_graphic(c); }, '_');
  return field.empty() ? "-" : field;
}

/// `kboot` of `kboot: text`, and the text is what is left.
std::string take_name(std::string& text) {
  constexpr std::size_t kMaxName = 48;  // RFC 5424, 6
  const std::size_t colon = text.find(": ");
  if (colon == std::string::npos || colon == 0 || colon > kMaxName) return "-";
  if (!std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon), is_graphic)) return "-";
  std::string name = text.substr(0, colon);
  text.erase(0, colon + 2);
  return name;
}

/// A socket that sends there; none while there is no such name or no way.
UniqueFd connect_to(const SyslogServer& server) {
  addrinfo wanted{};
  wanted.ai_flags = AI_ADDRCONFIG;
  wanted.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(server.host.c_str(), server.port.c_str(), &wanted, &found) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    UniqueFd fd(::socket(one->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (fd && ::connect(fd.get(), one->ai_addr, one->ai_addrlen) == 0) return fd;
  }
  return {};
}

/// Whether the first datagram has come to somebody, as far as one can know.
bool is_refused(int fd) {
  pollfd wait{fd, 0, 0};  // POLLERR is always looked for
  return ::poll(&wait, 1, static_cast<int>(kRefusal.count())) > 0;
}

class SyslogSocket {
 public:
  explicit SyslogSocket(const SyslogServer& server) : server_(server) {}

  bool send(const std::string& message) {
    const bool fresh = !fd_;
    if (fresh) fd_ = connect_to(server_);
    if (!fd_) return false;
    const bool sent = ::send(fd_.get(), message.data(), message.size(), 0) >= 0;
    if (sent && !(fresh && is_refused(fd_.get()))) return true;
    fd_.reset();
    return false;
  }

 private:
  const SyslogServer& server_;
  UniqueFd fd_;
};

std::chrono::system_clock::time_point start_of_kernel() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::system_clock::now() -
         std::chrono::duration_cast<std::chrono::system_clock::duration>(since);
}

}  // namespace

std::string syslog_message(const KernelRecord& record, std::chrono::system_clock::time_point started,
                           std::string_view hostname) {
  const auto up = std::min<std::uint64_t>(record.microseconds, kMaxUptime);
  const auto time = std::chrono::duration_cast<microseconds>(started.time_since_epoch()) + microseconds(up);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  std::string text = record.text;
  const std::string name = record.from_program ? take_name(text) : "kernel";
  return fmt::format("<{}>1 {}.{:06}Z {} {} - - - {}",
                     (record.from_program ? kDaemon : kKernel) * 8 + record.level,
                     utc_text(seconds.count(), "%Y-%m-%dT%H:%M:%S"), (time - seconds).count(),
                     host_field(hostname), name, printable(text));
}

void send_log(const SyslogServer& server) {
  KernelLog log;
  SyslogSocket socket(server);
  for (;;) {
    const auto record = log.next();
    if (!record) {
      pollfd wait{log.fd(), POLLIN, 0};
      ::poll(&wait, 1, -1);
      continue;
    }
    while (!socket.send(syslog_message(*record, start_of_kernel(), host_name())))
      ::sleep(static_cast<unsigned>(kAgain.count()));
    ::usleep(kPace);
  }
}

void LogSender::start() {
  const pid_t parent = ::getpid();
  try {
    child_ = fork_child("fork");
  } catch (const std::exception& error) {
    start_ = Deadline::in(kAgain);
    return log_warning("log.syslog={}: {}", server_->host, describe(error));
  }
  if (child_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(1);
  try {
    send_log(*server_);
  } catch (const std::exception& error) {
    log_warning("log.syslog={}: {}", server_->host, describe(error));
  }
  ::_exit(1);
}

void LogSender::stop() noexcept {
  if (child_ > 0) ::kill(child_, SIGTERM);
  child_ = -1;
}

void LogSender::set_server(const std::optional<SyslogServer>& server) {
  if (server_ != server) {
    stop();
    server_ = server;
    start_ = Deadline::in(std::chrono::seconds(0));
  }
  if (server_ && child_ < 0 && start_.expired()) start();
}

void LogSender::child_ended(pid_t child) {
  if (child != child_) return;
  child_ = -1;
  start_ = Deadline::in(kAgain);
}

}  // namespace kboot
