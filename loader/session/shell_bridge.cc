#include "loader/session/shell_bridge.h"

#include <csignal>

#include "base/log.h"
#include "base/scope_exit.h"
#include "base/text.h"
#include "loader/session/chroot.h"
#include "loader/session/shell.h"
#include "loader/terminal/shown.h"

namespace kboot {

std::optional<std::string> ShellBridge::local_copy(const std::string& word,
                                                   const std::string& shell_directory) {
  try {
    const Location location = system_.resolver.parse(word, state_.directory);
    // `grep tty1:/bin /etc/inittab` is not to wait for a network.
    const auto* server = std::get_if<NfsPath>(&location);
    if (server != nullptr && !fetch_policy_.reaches(server->host)) return std::nullopt;
    const std::optional<ResolvedFile> file = system_.resolver.find(location);
    if (!file) return std::nullopt;
    if (!std::holds_alternative<Url>(file->location)) {
      // The shell runs in this directory and finds its files itself: `ip addr show dev eth0` is not about
      // /dev.
      return file->local_path == shell_directory + "/" + word ? std::nullopt
                                                              : std::optional(file->local_path);
    }
    if (state_.dry_run()) return word;
    return download(*file);
  } catch (const Cancelled&) {
    throw;
  } catch (const Error&) {
    // Not a file that can be had: the word stays as typed, and the program says what it thinks of it. A URL
    // was meant.
    if (Url::looks_like(word)) throw;
    return std::nullopt;
  }
}

std::string ShellBridge::download(const ResolvedFile& url) {
  const UniqueFd contents = system_.resolver.open(url, report_.fetch_options(url.path));
  report_.finish_progress();
  return keep_download(contents.get(), std::get<Url>(url.location).file_name());
}

void ShellBridge::run_words(const std::vector<std::string>& words) {
  std::string directory = system_.resolver.resolve(state_.directory).local_path;
  if (directory == "/") directory.clear();
  run_program(
      translate_for_shell(join(words), [&](const std::string& word) { return local_copy(word, directory); }));
}

void ShellBridge::run_program(const std::string& command_line) {
  if (state_.dry_run()) return report_.shell(command_line, state_.current_line);

  const ResolvedFile directory = system_.resolver.resolve(state_.directory);
  const int status = system_.shell.run(command_line, directory.local_path);
  program_ended(command_line, status);
}

void ShellBridge::run_last_program(const std::string& command_line) {
  if (state_.changes_machine()) system_.connection.end();
  run_program(command_line);
}

void ShellBridge::restart(const std::string& line, const std::function<void()>& prepare) {
  if (state_.dry_run()) return report_.text(line + "\n", state_.current_line);
  if (state_.place == Place::host) fail("this is not the loader: only -n works here");
  prepare();
  report_.note(Shown::text(line));
  log_info("{}", line);
  run_last_program("reboot");
}

void ShellBridge::run_in_booted_system(const std::string& line) {
  const std::string command_line = line.empty() ? "chroot" : "chroot " + line;
  if (state_.dry_run()) return report_.shell(command_line, state_.current_line);
  if (state_.place == Place::host) fail("this is not the loader: only -n works here");

  const std::vector<BootedFileSystem> mounted = system_.resolver.mount_booted_system();
  for (const BootedFileSystem& one : mounted) {
    if (one.directory.empty()) report_.note(show("{}: not there: {}", printable(one.target), one.failure));
  }
  const Access access = system_.resolver.booted_root().access;
  if (access == Access::read_only)
    report_.note("the booted system is read-only here; mount_rw=true makes it writable");
  const Holding tree{Holding::Kind::chroot, "-"};
  // Not to the end of it: another console's start would wait for it instead of ending it.
  static_cast<void>(system_.ledger.begin(tree));
  const ScopeExit ended([&] { system_.ledger.end(tree); });
  program_ended(command_line, system_.trees.run(mounted, access, line));
}

void ShellBridge::program_ended(const std::string& command_line, int status) {
  // The terminal shows ^C where the cursor was: the prompt begins a line of its own.
  if (status == 128 + SIGINT) report_.note("");
  if (status != 0)
    throw ProgramFailed(fmt::format("{}: ended with status {}", printable(command_line), status));
}

}  // namespace kboot
