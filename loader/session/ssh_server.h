#pragma once

#include <string>
#include <string_view>

namespace kboot {

class Session;

/// Hands lib/kboot/ssh, which runs the ssh server, what the configuration says of it, in memory only: the
/// keys that `authorized_keys=` names, the hash in `ssh.password=`, the host keys in the folder that
/// `ssh.hostkeys=` names. What is on a web server is fetched by a process of its own: no prompt waits for the
/// network. What goes wrong is a note in the session's report, or in the log. What is not configured stays as
/// it is.
void configure_ssh_server(Session& session);

/// Settings of the ssh server.
bool is_ssh_setting(std::string_view name);
/// One is about to be typed. Throws Error when it would come too late.
void require_in_time(Session& session, const std::string& name);
/// One was typed: it counts at once. Throws Error, Cancelled.
void apply_ssh_setting(Session& session, const std::string& name);

}  // namespace kboot
