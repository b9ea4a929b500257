#include "loader/commands/commands.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "base/text.h"
#include "loader/session/session.h"

namespace kboot {
namespace {

constexpr bool kWhenRestricted = true;

// What Tab offers. What ends in _once is for the first argument alone.
using Before = std::span<const std::string>;
using Offer = Command::Offer;
using Kind = Offer::Kind;

template <Kind kind>
Offer offer(Before /*before*/) {
  return {kind, ""};
}

template <Kind kind>
Offer offer_once(Before before) {
  return before.empty() ? Offer{kind, ""} : Offer{};
}

Offer offer_firmware(Before before) {
  return before.empty() ? Offer{Kind::boot_option, "--setup"} : Offer{};
}

Offer offer_iscsi(Before before) {
  if (before.empty()) return {Kind::nothing, "login logout"};
  return before.size() == 1 && before[0] == "login" ? Offer{Kind::nothing, "firmware"} : Offer{};
}

Offer offer_log(Before before) {
  return before.empty() || before.back() != "--upload" ? Offer{Kind::nothing, "-a --upload"} : Offer{};
}

Offer offer_ls(Before before) {
  return {Kind::path, before.empty() ? "-l" : ""};
}

Offer offer_once_label(Before before) {
  return before.empty() ? Offer{Kind::label, "--clear"} : Offer{};
}

// In the order in which `help` shows them.
constexpr std::array kCommands = {
    Command{"boot", "[LINE]", "boot what a line names; without one, the default", run_boot,
            offer<Kind::line>},
    Command{"cat", "PATH...", "show text files", run_cat, offer<Kind::path>},
    Command{"cd", "[DIRECTORY]", "go to a directory; without one, to kboot's root", run_cd,
            offer_once<Kind::directory>},
    Command{"chroot", "[LINE]", "run a line, or a shell, in the booted system's own root", run_chroot,
            offer<Kind::path>},
    Command{"devices", "", "show disks, partitions and what is on them", run_devices},
    Command{"entries", "[PLACE]...", "list what can be booted: on all disks, or at these places", run_entries,
            offer<Kind::path>},
    Command{"fetch", "URL [FILE]", "fetch a file from a server; without FILE, into the current directory",
            run_fetch, offer<Kind::path>},
    Command{"firmware", "[NAME|NUMBER|--setup]",
            "show the firmware's boot options; restart into one, or into the set-up", run_firmware,
            offer_firmware},
    Command{"help", "[COMMAND]", "show this, or how a command is used", run_help, offer_once<Kind::command>,
            kWhenRestricted},
    Command{"history", "[COUNT]", "show the last lines typed, on all consoles", run_history},
    Command{"iscsi", "[login ADDRESS|login firmware|logout TARGET]",
            "show disks of iSCSI targets; log in or out", run_iscsi, offer_iscsi},
    Command{"labels", "", "show the labels and what they stand for", run_labels},
    Command{"log", "[-a] [--upload URL]",
            "show kboot's lines of the kernel's log; -a: the whole log; send it to a server", run_log,
            offer_log},
    Command{"ls", "[-l] [PATH]...", "list directories; -l: with sizes and times", run_ls, offer_ls},
    Command{"menu", "", "choose what to boot from a menu", run_menu, nullptr, kWhenRestricted},
    Command{"mounts", "", "show what is mounted, and where", run_mounts},
    Command{"net", "", "show the network links and their addresses", run_net},
    Command{"nslookup", "NAME [SERVER]", "look up the addresses of a name", run_nslookup},
    Command{"once", "[LABEL|--clear]", "boot a label once, before the default; without one, show which",
            run_once, offer_once_label},
    Command{"ping", "HOST", "see whether a machine answers", run_ping},
    Command{"plan", "LINE", "show what a line would boot, without booting it", run_plan, offer<Kind::line>},
    Command{"poweroff", "", "switch the machine off", run_poweroff, nullptr, kWhenRestricted},
    Command{"pwd", "", "show the current directory", run_pwd},
    Command{"reboot", "", "restart the machine", run_reboot, nullptr, kWhenRestricted},
    Command{"scp", "[OPTION]... SOURCE... TARGET", "copy files to or from a host, HOST:PATH, over ssh",
            run_scp, offer<Kind::path>},
    Command{"set", "[NAME[=VALUE]]", "show variables and where they were set; set one", run_set,
            offer_once<Kind::variable>},
    Command{"sh", "[ARGUMENT]...", "the BusyBox shell", run_sh, offer<Kind::path>},
    Command{"ssh", "[OPTION]... [USER@]HOST [COMMAND]", "log in to a host, or run a command there", run_ssh},
    Command{"status", "", "show what kboot is about to do", run_status, nullptr, kWhenRestricted},
    Command{"unlock", "", "ask for the password and lift the restrictions", run_unlock, nullptr,
            kWhenRestricted},
};

}  // namespace

std::span<const Command> commands() {
  return kCommands;
}

void wrong_usage(std::string_view name) {
  const Command* command = find_command(kCommands, name);
  throw UsageError(fmt::format("usage: {} {}", name, command == nullptr ? "" : command->usage));
}

std::string server_argument(std::string_view name, const std::string& argument) {
  std::string server = unquote(argument);
  if (Url::looks_like(server)) server = Url::parse(server).host();
  if (server.starts_with('[') && server.ends_with(']')) server = server.substr(1, server.size() - 2);
  if (server.empty() || server.front() == '-')
    throw UsageError(fmt::format("usage: {0} {1}; !{0} is BusyBox's own, with its options", name,
                                 find_command(kCommands, name)->usage));
  return server;
}

std::vector<std::string> path_arguments(std::string_view name, const std::vector<std::string>& arguments) {
  std::vector<std::string> paths;
  paths.reserve(arguments.size());
  for (const std::string& argument : arguments) {
    constexpr std::string_view kOptionOrOperator = "-|<>&;";
    if (kOptionOrOperator.find(argument[0]) != std::string_view::npos) {
      throw UsageError(
          fmt::format("usage: {0} {1}; !{0} is BusyBox's own, with its options and the shell's pipes", name,
                      find_command(kCommands, name)->usage));
    }
    paths.push_back(unquote(argument));
  }
  return paths;
}

}  // namespace kboot
