#include <algorithm>
#include <utility>

#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/commands/left_out.h"
#include "loader/session/session.h"
#include "loader/terminal/shown.h"

namespace kboot {
namespace {

/// A line of the introduction, and the part without which it is not true.
struct Hint {
  std::string_view text;
  std::string_view part;
};
constexpr Hint kIntroduction[] = {
    {"Type a path to boot it, followed by arguments for the kernel, if any:\n"
     "  /boot/vmlinuz             in the booted system (its fstab is followed)\n"
     "  sda2:/vmlinuz             on a device; UUID=, LABEL=, PARTUUID=, PARTLABEL= too\n"
     "  http://server/vmlinuz     from a server\n",
     ""},
    {"  server:/export/vmlinuz    on an NFS server\n", "nfs"},
    {"  //tmp/vmlinuz             in kboot's own root\n"
     "initrd=PATH takes an initrd from anywhere. NAME=VALUE sets a variable. A label\n"
     "stands for its line. Any other line goes to the shell; !LINE does untranslated.\n",
     ""},
    {"Tab completes. ", "completion"},
    {"^C ends any wait. The commands (help COMMAND tells more):\n", ""},
};

std::string introduction() {
  std::string text;
  for (const Hint& hint : kIntroduction)
    if (!is_left_out(hint.part)) text += hint.text;
  return text;
}

constexpr std::string_view kRestricted =
    "This machine is restricted: type a label to boot it, or a command:\n";

/// How many labels are shown: the whole is to fit a screen of 25 lines.
constexpr std::size_t kMaxLabels = 6;
constexpr std::size_t kColumns = 78;

/// `  boot  cd  help …`, in lines of at most kColumns.
std::string wrapped(const std::vector<std::string_view>& names) {
  std::string text;
  std::string line;
  for (const std::string_view name : names) {
    if (line.size() + 2 + name.size() > kColumns) text += std::exchange(line, "") + "\n";
    line += fmt::format("  {}", name);
  }
  return text + line + "\n";
}

/// What `help COMMAND` shows.
std::string about(const Command& command) {
  const std::string_view blank = command.usage.empty() ? "" : " ";
  return fmt::format("{}{}{}\n    {}\n", command.name, blank, command.usage, command.help);
}

std::string about_labels(Session& session) {
  const std::vector<std::string> labels = session.variables().labels();
  if (labels.empty()) return "";
  // All names, because labels is refused then; and no lines, which are nobody's business.
  if (session.restricted()) return "\nLabels:\n" + wrapped({labels.begin(), labels.end()});
  Table table{"labels", {"label", "line"}, {}};
  for (std::size_t i = 0; i < std::min(labels.size(), kMaxLabels); ++i)
    table.rows.push_back({labels[i], shown_line(*session.variables().value(labels[i]))});
  std::string text = "\n" + table_text(table);
  if (labels.size() > kMaxLabels)
    text += fmt::format("… and {} more: labels shows them\n", labels.size() - kMaxLabels);
  return text;
}

}  // namespace

void run_help(Session& session, const std::vector<std::string>& arguments) {
  if (arguments.size() > 1) wrong_usage("help");
  if (!arguments.empty()) {
    const Command* command = find_command(commands(), arguments[0]);
    if (command == nullptr) fail("{}: no such command; type help for the list", printable(arguments[0]));
    return session.report().text(about(*command), session.current_line());
  }

  const bool restricted = session.restricted();
  std::vector<std::string_view> names;
  for (const Command& command : commands()) {
    if ((!restricted || command.when_restricted) && !is_left_out(command.name)) names.push_back(command.name);
  }
  std::string text = restricted ? std::string(kRestricted) : introduction();
  text += "\n" + wrapped(names) + about_labels(session);
  if (const std::vector<std::string_view> words = left_out_words(); !words.empty() && !restricted)
    text += "\nLeft out of this kboot, to make it small:\n" + wrapped(words);
  if (const auto& line = session.settings().default_line)
    text += fmt::format("\nAn empty line boots: {}\n", shown_line(*line));
  session.report().text(text, session.current_line());
}

}  // namespace kboot
