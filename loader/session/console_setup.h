#pragma once

#include <string>
#include <string_view>

namespace kboot {

class Session;

/// Whether a variable says what the machine's own keyboard or screen is to be like: `console.keymap`,
/// `console.font`.
bool is_console_setting(std::string_view name);

/// Does what the variable says: hands the file it names to the kernel, by BusyBox's loadkmap or setfont. A
/// name alone is a key map in the image. Throws Error, Cancelled.
void apply_console_setting(Session& session, const std::string& name);

/// Does so for all of them, as the prompt begins. A file from a server comes behind it. What goes wrong is a
/// note in the session's report, or in the log.
void set_up_console(Session& session);

}  // namespace kboot
