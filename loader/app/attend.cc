#include "loader/app/attend.h"

#include <string_view>

#include "base/file.h"
#include "base/host_name.h"
#include "base/text.h"
#include "loader/app/console_name.h"
#include "loader/commands/commands.h"
#include "loader/prompt/first_screen.h"
#include "loader/session/console_setup.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxMessage = std::size_t{1} << 20;  // bytes

void show_message(Session& session) {
  const auto show = [&](std::string_view text) {
    for (const std::string_view line : lines_of(text)) session.report().note(Shown::text(printable(line)));
  };
  try {
    if (const auto& message = session.settings().message) {
      const ResolvedFile file = session.resolver().resolve(session.locate(*message));
      show(read_file(session.resolver().open(file, {}).get(), kMaxMessage));
    } else if (const auto built_in = read_file_if_there("/etc/message", kMaxMessage)) {
      show(*built_in);
    }
  } catch (const std::exception& error) {
    session.report().note(kboot::show("message: {}", describe(error)));
  }
}

/// ^C before the first prompt: the way in when the configuration is what is broken.
void recovery_shell(Session& session) {
  if (session.restricted()) return session.report().note("restricted: no shell");
  session.report().note("interrupted before the first prompt: a shell; exit goes on to the prompt");
  session.run_line("!sh -l");
}

}  // namespace

void attend(Session& session, const Attended& here) {
  const bool loader = here.place == Place::loader;
  if (loader && !here.over_ssh) {
    here.ssh_settings.configure(session);
    if (is_screen()) set_up_console(session);
    if (here.interrupted) recovery_shell(session);
  }
  Report& report = session.report();
  const Settings& settings = session.settings();
  // Nothing was configured to boot: what is on the disks is what there is to know.
  const bool names_found = loader && here.finds && !settings.default_line && !session.restricted();
  FirstScreen first_screen(session.network(), session.consoles(), here.published, names_found,
                           find_command(commands(), "menu") != nullptr ? "menu" : "entries");
  if (loader)
    for (const std::string& line : first_screen.lines(host_name())) report.note(Shown::text(line));
  show_message(session);
  const bool counts_down = !here.over_ssh && (settings.timeout || settings.delay);
  // A countdown has a line of its own.
  if (loader && !counts_down) report.note(Shown::text(first_hint(settings, session.restricted())));
  if (const auto found = first_screen.found()) report.note(Shown::text(*found));
  // A console where nobody types must not keep another from mounting the booted system read-write.
  session.resolver().release();
  run_prompt(session, here.over_ssh ? Terminal::ssh : Terminal::console, first_screen, here.prompt);
}

}  // namespace kboot
