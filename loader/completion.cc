#include "loader/completion.h"

#include <algorithm>

#include "base/text.h"
#include "loader/commands.h"
#include "loader/session.h"

namespace kboot {
namespace {

enum class Wanted { any, directories };

void add_names(Session& session, std::string_view word, std::vector<std::string>& found) {
  const bool restricted = session.restricted();
  for (std::string& label : session.variables().labels()) {
    if (label.starts_with(word)) found.push_back(std::move(label));
  }
  for (const Command& command : commands()) {
    if (command.name.starts_with(word) && (!restricted || command.when_restricted))
      found.emplace_back(command.name);
  }
}

void add_devices(Session& session, std::string_view word, std::vector<std::string>& found) {
  for (const BlockDevice& device : session.resolver().mounter().devices()) {
    const std::string_view name = std::string_view(device.node).substr(std::string_view("/dev/").size());
    if (!device.type.empty() && name.starts_with(word)) found.push_back(fmt::format("{}:", name));
  }
}

/// Files whose path begins with `word`, each with `prefix` in front.
void add_files(Session& session, std::string_view prefix, std::string_view word, Wanted wanted,
               std::vector<std::string>& found) {
  if (Url::looks_like(word)) return;
  const std::size_t cut = word.find_last_of("/:");
  const std::string_view folder = cut == std::string_view::npos ? "" : word.substr(0, cut + 1);
  const std::string_view begin = word.substr(folder.size());
  // `/dev/sda6:` alone means the device's root.
  std::string where(folder.empty() ? "." : folder);
  if (where.ends_with(':')) where += '/';

  const ResolvedFile directory = session.resolver().resolve(session.locate(where));
  if (directory.kind != FileKind::directory) return;
  for (const DirectoryEntry& entry : session.resolver().list(directory)) {
    const bool is_directory = entry.kind == FileKind::directory;
    if (!entry.name.starts_with(begin) || (begin.empty() && entry.name.starts_with('.'))) continue;
    if (wanted == Wanted::directories && !is_directory) continue;
    // A name that a line cannot hold as one word is no help.
    if (entry.name.find_first_of(" \t'\"") != std::string::npos || printable(entry.name) != entry.name)
      continue;
    found.push_back(fmt::format("{}{}{}{}", prefix, folder, entry.name, is_directory ? "/" : ""));
  }
}

void add_paths(Session& session, std::string_view word, Wanted wanted, std::vector<std::string>& found) {
  constexpr std::string_view kInitrd = "initrd=";
  std::string_view prefix;
  if (word.starts_with(kInitrd)) {
    const std::size_t comma = word.rfind(',');
    prefix = word.substr(0, comma == std::string_view::npos ? kInitrd.size() : comma + 1);
    word.remove_prefix(prefix.size());
  }
  if (prefix.empty() && word.find_first_of("/:") == std::string_view::npos) add_devices(session, word, found);
  add_files(session, prefix, word, wanted, found);
}

}  // namespace

std::vector<std::string> complete(Session& session, std::string_view before, std::string_view word) noexcept {
  std::vector<std::string> found;
  try {
    const std::vector<std::string> words = split_words(before);
    const Command* command = words.empty() ? nullptr : find_command(words[0]);
    // Behind `plan` stands a line of its own.
    const bool at_beginning = words.empty() || (words.size() == 1 && command != nullptr &&
                                                command->completes == Command::Completes::line);
    if (at_beginning) add_names(session, word, found);
    if (!session.restricted()) {
      const bool directories = command != nullptr && command->completes == Command::Completes::directory;
      add_paths(session, word, directories ? Wanted::directories : Wanted::any, found);
    }
  } catch (const std::exception&) {
    // A folder that cannot be read has nothing to offer; the error shows when the line is run.
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace kboot
