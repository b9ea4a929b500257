#include "loader/prompt/prompt.h"

#include <algorithm>
#include <csignal>
#include <memory>
#include <optional>

#include "base/interrupt.h"
#include "base/text.h"
#include "loader/consoles/elsewhere.h"
#include "loader/consoles/hold.h"
#include "loader/session/line.h"
#include "loader/terminal/line_editor.h"
#include "loader/terminal/shown.h"

namespace kboot {
namespace {

/// What ^C did to another console's boot.
struct StoppedBoot {
  Shown message;
  bool in_time;
};

/// ^C at a prompt, with nothing to end here: it ends the boot that the person has been told of, if there is
/// one.
std::optional<StoppedBoot> stop_boot_elsewhere(Session& session) {
  const auto boot = session.consoles().booting();
  if (!boot) return std::nullopt;
  if (session.consoles().stop_boot()) return StoppedBoot{show("{} was asked to stop", boot->console), true};
  return StoppedBoot{show("{} cannot be stopped any more", boot->console), false};
}

std::optional<std::string> text_of(const std::optional<Shown>& shown) {
  return shown ? std::optional(std::string(shown->str())) : std::nullopt;
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

/// The menu as the prompt opens it, made at the first time.
class PromptMenu {
 public:
  PromptMenu(Session& session, const PromptParts& parts, MenuMeanwhile meanwhile)
      : session_(session), parts_(parts), meanwhile_(std::move(meanwhile)) {}

  /// A terminal that cannot show it has the prompt.
  MenuEnd show() {
    try {
      if (!menu_) menu_ = parts_.make_menu(session_);
      return menu_->show(meanwhile_);
    } catch (const Error& error) {
      session_.report().error(Shown::text(describe(error)), "menu");
      return {MenuEnd::Kind::leave, ""};
    }
  }
  /// How the line ended that the menu asked for.
  void note_end(Status status) {
    if (menu_) menu_->set_failure(status == Status::done ? "" : session_.report().last_error());
  }

 private:
  Session& session_;
  const PromptParts& parts_;
  MenuMeanwhile meanwhile_;
  std::unique_ptr<EntryMenu> menu_;
};

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
    session.report().note(Shown::text(prompt_text(session.directory()) + shown_line(*line)));
    history.add(*line);
    status = session.run_line(*line);
    const auto left = lines.end() - line - 1;
    if (status == Status::done || left == 0) continue;
    session.report().note(left == 1 ? Shown("the last line was not run")
                                    : show("the {} lines behind it were not run", left));
    break;
  }
  return status;
}

Status run_unattended(Session& session, Autoboot& autoboot) {
  const Status status = session.run_line(autoboot.line());
  if (status == Status::done) return status;
  // Somebody pressed ^C, here or elsewhere, and is to have the time that a key gives.
  if (Interrupt::requested())
    autoboot.note_key();
  else if (!session.lost_race())
    autoboot.note_failure();
  return status;
}

void run_prompt(Session& session, Terminal terminal, FirstScreen& first_screen, const PromptParts& parts) {
  std::optional<Hold> hold;
  if (terminal == Terminal::ssh) hold.emplace(session.consoles(), Hold::Clock::now);

  // kboot is no job-control shell: nobody would wake it, or a program it started, after ^Z.
  std::signal(SIGTSTP, SIG_IGN);

  // What was typed while nobody was to be trusted, and what was not, are no business of each other.
  History restricted_history("");
  LineEditor editor(terminal == Terminal::ssh ? LineEditor::Wire::other : LineEditor::Wire::serial,
                    parts.complete, {kMaxLine, History::kMaxLines});
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
  const auto other_news = [&]() -> std::optional<Shown> {
    const std::chrono::seconds longest = session.settings().hold_max;
    if (hold && hold->expire(longest))
      return show("autoboot no longer waits for this session: no key for {} s", longest.count());
    const auto told = elsewhere.news(time_left().has_value());
    return told ? std::optional(Shown::text(*told)) : std::nullopt;
  };
  const auto news = [&]() -> std::optional<Shown> {
    if (auto told = other_news()) return told;
    const auto told = untouched ? first_screen.news() : std::nullopt;
    return told ? std::optional(Shown::text(*told)) : std::nullopt;
  };

  PromptMenu menu(session, parts,
                  {.time_left = time_left,
                   .on_key = on_key,
                   .news = [&] { return text_of(other_news()); },
                   .countdown = [&]() -> std::optional<std::string> {
                     if (terminal == Terminal::ssh) return std::nullopt;
                     return autoboot.countdown();
                   },
                   .on_stop = [&]() -> std::optional<std::string> {
                     const auto stopped = stop_boot_elsewhere(session);
                     if (!stopped) return std::nullopt;
                     return std::string(stopped->message.str());
                   }});
  bool in_menu = session.settings().starts_with_menu;
  std::string begun;

  for (std::string last_notice;;) {
    autoboot.start(session.settings());
    if (hold) hold->note_key();
    elsewhere.start();
    History& history = session.restricted() ? restricted_history : session.history();
    if (session.take_menu_request()) in_menu = true;
    if (in_menu) {
      const MenuEnd end = menu.show();
      untouched = false;
      last_notice.clear();
      switch (end.kind) {
        case MenuEnd::Kind::run: {
          session.report().note(Shown::text(prompt_text(session.directory()) + shown_line(end.line)));
          const Status status = run_entered(session, history, end.line);
          menu.note_end(status);
          if (status != Status::done) break;
          // What it has shown is to be seen.
          in_menu = false;
          autoboot.note_line();
          break;
        }
        case MenuEnd::Kind::edit:
          begun = end.line;
          in_menu = false;
          break;
        case MenuEnd::Kind::leave:
          in_menu = false;
          break;
        case MenuEnd::Kind::timed_out:
          menu.note_end(run_unattended(session, autoboot));
          break;
        case MenuEnd::Kind::hung_up:
          return;
      }
      if (Interrupt::session_ended()) return;
      continue;
    }
    const std::string notice = terminal == Terminal::ssh ? "" : autoboot.notice().value_or("");
    if (!notice.empty() && notice != last_notice) session.report().note(Shown::text(notice));
    last_notice = notice;

    const TypedLine line = editor.read(prompt_text(session.directory()), history.lines(),
                                       {time_left, on_key, news}, std::exchange(begun, ""));
    untouched = false;
    if (Interrupt::session_ended()) return;
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
        if (const auto stopped = stop_boot_elsewhere(session)) {
          session.report().note(stopped->message);
          if (stopped->in_time) last_notice.clear();  // the countdown begins anew, and is said again
        }
        break;
      case LineEnd::hung_up:
        return;
    }
  }
}

}  // namespace kboot
