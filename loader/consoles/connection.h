#pragma once

#include <optional>
#include <vector>

#include <sys/types.h>

namespace kboot {

/// What leads from people far away to this machine.
class Connection {
 public:
  virtual ~Connection() = default;
  /// Called before the machine is given to something else, once nothing can go wrong any more: ssh clients
  /// are not left with a connection that nobody answers. The one that this session came by has ended with
  /// status 0; the others are broken off. Returns in another process than it was called in when it came by
  /// one.
  virtual void end() noexcept = 0;
};

/// The process of the ssh server for the connection that this one came by, or 0.
pid_t own_ssh_server();

/// The ssh server's processes, one for each connection; not the one that waits for connections.
std::vector<pid_t> ssh_connections(std::optional<pid_t> listener);

/// The real one: dropbear's processes.
class SshConnection final : public Connection {
 public:
  void end() noexcept override;
};

}  // namespace kboot
