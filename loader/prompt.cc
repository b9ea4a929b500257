#include "loader/prompt.h"

#include <algorithm>
#include <csignal>

#include "base/interrupt.h"
#include "base/text.h"
#include "loader/autoboot.h"
#include "loader/completion.h"
#include "loader/elsewhere.h"
#include "loader/line_editor.h"
#include "loader/session.h"
#include "loader/shown.h"

namespace kboot {
namespace {

/// ^C at a prompt, with nothing to end here: it ends the boot that the person has been told of.
void stop_boot_elsewhere(Session& session) {
  const auto boot = session.consoles().booting();
  if (!boot) return;
  session.report().note(session.consoles().stop_boot()
                            ? fmt::format("{} was asked to stop", boot->console)
                            : fmt::format("{} cannot be stopped any more", boot->console));
}

/// The lines of what was pasted, blank ones left out.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
    if (!trim(line).empty()) lines.emplace_back(line);
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return lines;
}

}  // namespace

void run_entered(Session& session, History& history, const std::string& text) {
  if (text.find_first_of("\r\n") == std::string::npos) {
    history.add(text);
    session.run_line(text);
    return;
  }
  const std::vector<std::string> lines = lines_of(text);
  for (auto line = lines.begin(); line != lines.end(); ++line) {
    // So that it can be seen what comes from which line.
    session.report().note(prompt_text(session.directory()) + shown_line(*line));
    history.add(*line);
    const Status status = session.run_line(*line);
    const auto left = lines.end() - line - 1;
    if (status == Status::done || left == 0) continue;
    session.report().note(left == 1 ? std::string("the last line was not run")
                                    : fmt::format("the {} lines behind it were not run", left));
    return;
  }
}

void run_prompt(Session& session, Terminal terminal) {
  if (terminal == Terminal::ssh) session.consoles().hold();

  // kboot is no job-control shell: nobody would wake it, or a program it started, after ^Z.
  std::signal(SIGTSTP, SIG_IGN);

  // What was typed while nobody was to be trusted, and what was not, are no business of each other.
  History restricted_history("");
  Completer completer(session);
  LineEditor editor(
      terminal == Terminal::ssh ? LineEditor::Wire::other : LineEditor::Wire::serial,
      [&](std::string_view before, std::string_view word) { return completer.complete(before, word); });
  Autoboot autoboot(session.consoles(), Autoboot::Clock::now);
  const auto time_left = [&]() -> std::optional<std::chrono::milliseconds> {
    if (terminal == Terminal::ssh) return std::nullopt;
    return autoboot.time_left();
  };

  Elsewhere elsewhere(session.consoles());
  const auto news = [&] { return elsewhere.news(time_left().has_value()); };

  for (std::string last_notice;;) {
    autoboot.start(session.settings());
    elsewhere.start();
    const std::string notice = terminal == Terminal::ssh ? "" : autoboot.notice().value_or("");
    if (!notice.empty() && notice != last_notice) session.report().note(notice);
    last_notice = notice;

    History& history = session.restricted() ? restricted_history : session.history();
    const TypedLine line = editor.read(prompt_text(session.directory()), history.lines(),
                                       {time_left, [&] { autoboot.note_key(); }, news});
    switch (line.end) {
      case LineEnd::entered:
        run_entered(session, history, line.text);
        break;
      case LineEnd::end_of_file:
        // Whoever leaves an ssh session wants out, not the machine to boot.
        if (terminal == Terminal::ssh || !session.settings().default_line) return;
        session.run_line("");
        break;
      case LineEnd::timed_out:
        if (session.run_line(autoboot.line()) != Status::done) {
          // Somebody pressed ^C, here or elsewhere, and is to have the time that a key gives.
          if (Interrupt::requested())
            autoboot.note_key();
          else
            autoboot.note_failure();
        }
        last_notice.clear();
        break;
      case LineEnd::interrupted:
        stop_boot_elsewhere(session);
        break;
      case LineEnd::hung_up:
        return;
    }
  }
}

}  // namespace kboot
