#include "loader/prompt.h"

#include <algorithm>
#include <csignal>
#include <optional>

#include "base/interrupt.h"
#include "base/text.h"
#include "loader/completion.h"
#include "loader/elsewhere.h"
#include "loader/hold.h"
#include "loader/line_editor.h"
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
std::vector<std::string> pasted_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
    if (!trim(line).empty()) lines.emplace_back(line);
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return lines;
}

}  // namespace

Status run_entered(Session& session, History& history, const std::string& text) {
  if (text.find_first_of("\r\n") == std::string::npos) {
    history.add(text);
    return session.run_line(text);
  }
  const std::vector<std::string> lines = pasted_lines(text);
  Status status = Status::done;
  for (auto line = lines.begin(); line != lines.end(); ++line) {
    // So that it can be seen what comes from which line.
    session.report().note(prompt_text(session.directory()) + shown_line(*line));
    history.add(*line);
    status = session.run_line(*line);
    const auto left = lines.end() - line - 1;
    if (status == Status::done || left == 0) continue;
    session.report().note(left == 1 ? std::string("the last line was not run")
                                    : fmt::format("the {} lines behind it were not run", left));
    break;
  }
  return status;
}

void run_unattended(Session& session, Autoboot& autoboot) {
  if (session.run_line(autoboot.line()) == Status::done) return;
  // Somebody pressed ^C, here or elsewhere, and is to have the time that a key gives.
  if (Interrupt::requested())
    autoboot.note_key();
  else if (!session.lost_race())
    autoboot.note_failure();
}

void run_prompt(Session& session, Terminal terminal, FirstScreen& first_screen) {
  std::optional<Hold> hold;
  if (terminal == Terminal::ssh) hold.emplace(session.consoles(), Hold::Clock::now);

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
  bool untouched = true;
  const auto on_key = [&] {
    untouched = false;
    autoboot.note_key();
    if (hold) hold->note_key();
  };
  const auto news = [&]() -> std::optional<std::string> {
    const std::chrono::seconds longest = session.settings().hold_max;
    if (hold && hold->expire(longest))
      return fmt::format("autoboot no longer waits for this session: no key for {} s", longest.count());
    if (auto told = elsewhere.news(time_left().has_value())) return told;
    return untouched ? first_screen.news() : std::nullopt;
  };

  for (std::string last_notice;;) {
    autoboot.start(session.settings());
    if (hold) hold->note_key();
    elsewhere.start();
    const std::string notice = terminal == Terminal::ssh ? "" : autoboot.notice().value_or("");
    if (!notice.empty() && notice != last_notice) session.report().note(notice);
    last_notice = notice;

    History& history = session.restricted() ? restricted_history : session.history();
    const TypedLine line =
        editor.read(prompt_text(session.directory()), history.lines(), {time_left, on_key, news});
    untouched = false;
    switch (line.end) {
      case LineEnd::entered:
        if (run_entered(session, history, line.text) == Status::done) autoboot.note_line();
        break;
      case LineEnd::end_of_file:
        // Whoever leaves an ssh session wants out, not the machine to boot.
        if (terminal == Terminal::ssh || !session.settings().default_line) return;
        session.run_line("");
        break;
      case LineEnd::timed_out:
        run_unattended(session, autoboot);
        last_notice.clear();
        break;
      case LineEnd::noise:
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
