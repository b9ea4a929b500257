#pragma once

#include <functional>
#include <memory>
#include <string>

#include "loader/prompt/autoboot.h"
#include "loader/prompt/first_screen.h"
#include "loader/prompt/menu/menu.h"
#include "loader/session/session.h"
#include "loader/terminal/line_editor.h"

namespace kboot {

/// What the prompt offers besides lines.
struct PromptParts {
  LineEditor::Complete complete;  ///< Tab
  std::function<std::unique_ptr<EntryMenu>(Session& session)>
      make_menu;  ///< throws Error where there is none
};

/// The interactive prompt: reads lines from the terminal and runs them until it hangs up. `ssh`: this is a
/// session from afar, so nothing boots by itself here, and the other consoles wait as long as it lasts.
/// What `first_screen` has to tell later is told until the first key is pressed: whoever types is not to be
/// disturbed, and has `net`.
enum class Terminal { console, ssh };
void run_prompt(Session& session, Terminal terminal, FirstScreen& first_screen, const PromptParts& parts);

/// Runs what was entered at the prompt and remembers it. The several lines of a paste are run one after the
/// other, each shown behind its prompt, up to the first that fails. Returns how the last one that was run
/// ended.
Status run_entered(Session& session, History& history, const std::string& text);

/// Runs what runs when nobody types. What another console was quicker to boot is no failure here. Returns how
/// it ended.
Status run_unattended(Session& session, Autoboot& autoboot);

}  // namespace kboot
