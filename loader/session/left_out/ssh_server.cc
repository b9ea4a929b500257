#include "loader/session/ssh_server.h"

#include "base/error.h"
#include "loader/session/session.h"

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

}  // namespace kboot
