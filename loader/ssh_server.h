#pragma once

namespace kboot {

class Session;

/// Hands lib/kboot/ssh, which runs the ssh server, what the configuration says of it, in memory only: the
/// keys that `authorized_keys=` names, the hash in `ssh.password=`, the host keys in the folder that
/// `ssh.hostkeys=` names. What is on a web server is fetched by a process of its own: no prompt waits for the
/// network. What goes wrong is a note in the session's report, or in the log. What is not configured stays as
/// it is.
void configure_ssh_server(Session& session);

}  // namespace kboot
