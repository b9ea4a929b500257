#include "base/error.h"
#include "loader/commands.h"
#include "loader/connection.h"
#include "loader/dropbear.h"
#include "loader/hold_process.h"
#include "loader/session.h"
#include "loader/ssh_server.h"

namespace kboot {

void configure_ssh_server(Session& session) {
  const Settings& settings = session.settings();
  if (settings.authorized_keys || settings.ssh_password)
    session.report().note("ssh: left out of this kboot; nobody can log in");
}

bool is_ssh_setting(std::string_view name) {
  return name == "authorized_keys" || name.starts_with("ssh.");
}

void require_in_time(Session& /*session*/, const std::string& name) {
  fail("{}: ssh is left out of this kboot", name);
}

void apply_ssh_setting(Session& /*session*/, const std::string& /*name*/) {}

bool Dropbear::runs() {
  return false;
}

void Dropbear::set_keys(const std::optional<std::string>& /*text*/) {}

void Dropbear::set_password(const std::optional<std::string>& /*hash*/) {}

void Dropbear::set_host_key(const std::string& /*name*/, const std::string& /*key*/) {}

void Dropbear::let_start() {}

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
