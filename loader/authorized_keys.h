#pragma once

namespace kboot {

class Session;

/// Puts the keys that `authorized_keys=` names where the ssh server looks for them (lib/kboot/ssh starts it
/// when they are there), in memory only. A file on a web server is fetched by a process of its own: no prompt
/// waits for the network. What goes wrong is a note in the session's report, or in the log. Without
/// `authorized_keys=` nothing changes.
void install_authorized_keys(Session& session);

}  // namespace kboot
