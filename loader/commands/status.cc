#include "base/error.h"
#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/session/session.h"
#include "loader/terminal/shown.h"

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
                     (settings.timeout ? *settings.timeout : *settings.delay).count());
}

/// `2 each, kept in UUID=1111:/kboot; linux was started 1 times in vain`.
std::string tries_text(const Settings& settings, const BootState& state) {
  std::string text = settings.tries == 0 ? std::string("no end") : fmt::format("{} each", settings.tries);
  for (const auto& [choice, count] : state.attempts)
    text += fmt::format("; {}: {} without success", printable(choice), count);
  return text;
}

std::string watchdog_text(const std::optional<WatchdogState>& state) {
  if (!state) return "this machine has none";
  if (!state->active) return fmt::format("off ({})", printable(state->identity));
  return fmt::format("{} s ({})", state->timeout.count(), printable(state->identity));
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
  if (session.attempts().kept()) {
    try {
      const BootState state = session.attempts().look();
      add("tries", tries_text(settings, state));
      if (!state.once.empty()) add("once", state.once + ", before the default");
    } catch (const Cancelled&) {
      throw;
    } catch (const Error& error) {
      add("tries", describe(error));
    }
  }
  if (counts_in_names(settings)) add("tries", "as the names of entries say");
  add("watchdog", watchdog_text(session.watchdog().state()));
  add("network", session.network().usable() ? "usable" : "no route yet");
  add("ssh server", session.consoles().host_key().value_or("off"));
  session.report().text(text, session.current_line());
}

}  // namespace kboot
