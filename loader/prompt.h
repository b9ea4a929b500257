#pragma once

namespace kboot {

class Session;

/// The interactive prompt: reads lines from the terminal and runs them until it hangs up. `ssh`: this is a
/// session from afar, so nothing boots by itself here, and the other consoles wait as long as it lasts.
enum class Terminal { console, ssh };
void run_prompt(Session& session, Terminal terminal);

}  // namespace kboot
