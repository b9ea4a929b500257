#include "base/text.h"
#include "loader/commands.h"
#include "loader/session.h"
#include "loader/shown.h"

namespace kboot {
namespace {

/// What happens when nobody types.
std::string autoboot_text(Session& session) {
  const Settings& settings = session.settings();
  if (!settings.default_line) return "nothing: there is no default";
  const std::string line = shown_line(*settings.default_line);
  if (const auto boot = session.consoles().booting())
    return fmt::format("{} is booting {}", boot->console, boot->line);
  if (!settings.timeout && !settings.delay) return fmt::format("{}, on an empty line only", line);
  if (const auto who = session.consoles().holder()) return fmt::format("{}, held by {}", line, *who);
  return fmt::format("{}, after {} s without a key", line,
                     settings.timeout.value_or(*settings.delay).count());
}

}  // namespace

void run_status(Session& session, const std::vector<std::string>& arguments) {
  if (!arguments.empty()) wrong_usage("status");
  const Settings& settings = session.settings();
  std::string restricted = "no";
  if (settings.restricted)
    restricted = session.restricted() ? "yes; unlock asks for the password" : "unlocked here";

  std::string text = "kboot       " KBOOT_VERSION "\n";
  const auto add = [&](std::string_view name, std::string_view value) {
    text += fmt::format("{:<10}  {}\n", name, value);
  };
  add("restricted", restricted);
  add("default", autoboot_text(session));
  add("root", settings.root ? printable(*settings.root) : "as fstab says");
  add("network", session.network().usable() ? "usable" : "no route yet");
  session.report().text(text, session.current_line());
}

}  // namespace kboot
