#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kboot {

/// Runs command lines: rule 8.
class Shell {
 public:
  virtual ~Shell() = default;
  /// Runs one line on this terminal, in `directory`; its exit status. Throws Error when there is no shell.
  virtual int run(const std::string& command_line, const std::string& directory) = 0;
};

/// The real one: /bin/sh, which is BusyBox in the loader.
class SystemShell final : public Shell {
 public:
  int run(const std::string& command_line, const std::string& directory) override;
};

/// The local path of a word that names an existing file, or nothing.
using ToLocal = std::function<std::optional<std::string>(const std::string& word)>;

/// The line with each word that names an existing file replaced by its local path, quoted for a shell where
/// that is needed. Blanks, quotes and operators between the words stay as typed. The first word is looked at
/// only when it holds a `/` or `:`, so that a file called `ls` does not get in the way of the command;
/// options (`-x`) and words with quotes, `$`, `*` and the like are the shell's business.
std::string translate_for_shell(std::string_view line, const ToLocal& to_local);

/// Copies a download to a file of its name in kboot's own root (`/run/kboot/download/`), where a program can
/// open it; the path. A later download of the same name replaces it. Throws Error.
std::string keep_download(int contents, const std::string& name);

}  // namespace kboot
