#include "loader/prompt.h"

#include <cstdlib>

#include "base/text.h"
#include "loader/autoboot.h"
#include "loader/completion.h"
#include "loader/line_editor.h"
#include "loader/session.h"

namespace kboot {
namespace {

/// "ssh session from 10.0.0.2": dropbear sets SSH_CONNECTION to "CLIENT PORT SERVER PORT".
std::string ssh_peer() {
  const char* connection = std::getenv("SSH_CONNECTION");
  const std::vector<std::string> words = split_blanks(connection == nullptr ? "" : connection);
  return words.empty() ? "an ssh session" : "an ssh session from " + words[0];
}

}  // namespace

void run_prompt(Session& session, Terminal terminal) {
  if (terminal == Terminal::ssh) session.consoles().hold(ssh_peer());

  LineEditor editor(
      [&](std::string_view before, std::string_view word) { return complete(session, before, word); });
  Autoboot autoboot(session.consoles(), Autoboot::Clock::now);
  const auto time_left = [&]() -> std::optional<std::chrono::milliseconds> {
    if (terminal == Terminal::ssh) return std::nullopt;
    return autoboot.time_left();
  };

  for (std::string last_notice;;) {
    autoboot.start(session.settings());
    const std::string notice = terminal == Terminal::ssh ? "" : autoboot.notice().value_or("");
    if (!notice.empty() && notice != last_notice) session.report().note(notice);
    last_notice = notice;

    const TypedLine line =
        editor.read(prompt_text(session.directory()), time_left, [&] { autoboot.note_key(); });
    switch (line.end) {
      case LineEnd::entered:
        session.run_line(line.text);
        break;
      case LineEnd::end_of_file:
        // Whoever leaves an ssh session wants out, not the machine to boot.
        if (terminal == Terminal::ssh || !session.settings().default_line) return;
        session.run_line("");
        break;
      case LineEnd::timed_out:
        session.run_line("");
        last_notice.clear();
        break;
      case LineEnd::interrupted:
        break;
      case LineEnd::hung_up:
        return;
    }
  }
}

}  // namespace kboot
