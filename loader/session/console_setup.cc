#include "loader/session/console_setup.h"

#include <algorithm>
#include <array>

#include "base/background.h"
#include "base/error.h"
#include "base/text.h"
#include "loader/session/session.h"
#include "loader/terminal/shown.h"

namespace kboot {
namespace {

/// Made by scripts/components/keymaps.
constexpr std::string_view kKeymaps = "/usr/share/keymaps/";

struct ConsoleSetting {
  std::string_view name;
  std::string_view command;  ///< the file's name is to follow
};
constexpr std::array<ConsoleSetting, 2> kSettings = {
    {{"console.keymap", "loadkmap <"}, {"console.font", "setfont -C /dev/tty1 "}}};

const ConsoleSetting* find_setting(std::string_view name) {
  const auto found = std::find_if(kSettings.begin(), kSettings.end(),
                                  [&](const ConsoleSetting& one) { return one.name == name; });
  return found == kSettings.end() ? nullptr : &*found;
}

Location locate_file(Session& session, const ConsoleSetting& setting, const std::string& word) {
  const bool name_alone = word.find_first_of("/:") == std::string::npos;
  if (setting.name == "console.keymap" && name_alone) return KbootPath{std::string(kKeymaps) + word};
  return session.locate(word);
}

void apply(Session& session, const ConsoleSetting& setting, const Location& location) {
  const ResolvedFile file = session.resolver().resolve(location);
  const std::string path =
      std::holds_alternative<Url>(file.location)
          ? keep_download(session.resolver().open(file, {}).get(), std::get<Url>(file.location).file_name())
          : file.local_path;
  session.shell().run_program(std::string(setting.command) + shell_quoted(path));
}

std::string noun_of(const ConsoleSetting& setting, const std::string& word) {
  return fmt::format("{}={}", setting.name, shown(word));
}

}  // namespace

bool is_console_setting(std::string_view name) {
  return find_setting(name) != nullptr;
}

void apply_console_setting(Session& session, const std::string& name) {
  const ConsoleSetting* setting = find_setting(name);
  const auto word = session.variables().value(name);
  if (setting == nullptr || !word || word->empty()) return;
  with_noun(noun_of(*setting, *word),
            [&] { apply(session, *setting, locate_file(session, *setting, *word)); });
}

void set_up_console(Session& session) {
  for (const ConsoleSetting& setting : kSettings) {
    const auto word = session.variables().value(setting.name);
    if (!word || word->empty()) continue;
    const std::string noun = noun_of(setting, *word);
    try {
      const Location location = locate_file(session, setting, *word);
      if (std::holds_alternative<Url>(location))
        run_in_background(noun, [&] { apply(session, setting, location); });
      else
        apply(session, setting, location);
    } catch (const std::exception& error) {
      session.report().note(show("{}: {}", noun, describe(error)));
    }
  }
}

}  // namespace kboot
