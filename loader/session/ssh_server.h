#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "loader/session/session.h"

namespace kboot {

/// Settings of the ssh server.
constexpr bool is_ssh_setting(std::string_view name) {
  return name == "authorized_keys" || name.starts_with("ssh.");
}

/// What follows from the settings of the ssh server. The real one is SshFiles.
class SshSettings {
 public:
  virtual ~SshSettings() = default;
  /// Called once, as the prompt begins: does what the configuration says. What goes wrong is a note in the
  /// session's report, or in the log. What is not configured stays as it is.
  virtual void configure(Session& session) = 0;
  /// One is about to be typed. Throws Error when it would come too late.
  virtual void require_in_time(Session& session, const std::string& name) = 0;
  /// One was typed: it counts at once. Throws Error, Cancelled.
  virtual void apply(Session& session, const std::string& name) = 0;
};

/// Hands lib/kboot/ssh, which runs the ssh server, what the settings say, in memory only: the keys that
/// `authorized_keys=` names, the hash in `ssh.password=`, the host keys in the folder that `ssh.hostkeys=`
/// names. What is on a web server is fetched by a process of its own: no prompt waits for the network.
class SshFiles final : public SshSettings {
 public:
  void configure(Session& session) override;
  void require_in_time(Session& session, const std::string& name) override;
  void apply(Session& session, const std::string& name) override;
};

/// Says that this kboot was built without the ssh server.
class AbsentSshSettings final : public SshSettings {
 public:
  void configure(Session& session) override {
    const Settings& settings = session.settings();
    if (settings.authorized_keys || settings.ssh_password)
      session.report().note("ssh: left out of this kboot; nobody can log in");
  }
  void require_in_time(Session& /*session*/, const std::string& name) override {
    fail("{}: ssh is left out of this kboot", name);
  }
  void apply(Session& /*session*/, const std::string& /*name*/) override {}
};

}  // namespace kboot
