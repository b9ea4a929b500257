#include "base/error.h"
#include "loader/commands.h"
#include "loader/connection.h"
#include "loader/hold_process.h"
#include "loader/session.h"
#include "loader/ssh_server.h"

namespace kboot {

void configure_ssh_server(Session& session) {
  const Settings& settings = session.settings();
  if (settings.authorized_keys || settings.ssh_password)
    session.report().note("ssh: left out of this kboot; nobody can log in");
}

// Nobody comes by ssh.

pid_t own_ssh_server() {
  return 0;
}

void SshConnection::end() noexcept {}

HoldProcess::HoldProcess(Consoles& /*consoles*/, std::chrono::seconds /*longest*/, pid_t /*connection*/) {}

HoldProcess::~HoldProcess() = default;

void run_ssh(Session& /*session*/, const std::vector<std::string>& /*arguments*/) {
  fail("ssh: left out of this kboot");
}

}  // namespace kboot
