#include "loader/consoles/connection.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/deadline.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/number.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "loader/consoles/dropbear.h"

namespace kboot {
namespace {

/// A client that has not gone by then is one whose network has.
constexpr std::chrono::seconds kLeave{5};
constexpr std::chrono::seconds kBreakOff{2};
constexpr useconds_t kLook = 20'000;    // microseconds
constexpr std::size_t kMaxFile = 4096;  // bytes

std::string proc_file(pid_t process, std::string_view name) {
  return read_file_if_there(fmt::format("/proc/{}/{}", process, name), kMaxFile).value_or("");
}

bool is_server(pid_t process) {
  return trim(proc_file(process, "comm")) == "dropbear";
}

pid_t parent_of(pid_t process) {
  // "12 (name, which may hold anything) S 11 …"
  const std::string stat = proc_file(process, "stat");
  const std::vector<std::string> words = split_blanks(std::string_view(stat).substr(stat.rfind(')') + 1));
  return words.size() < 2 ? 0 : static_cast<pid_t>(whole_number(words[1]).value_or(0));
}

void await_end(const std::vector<pid_t>& processes, std::chrono::seconds longest) {
  const Deadline deadline = Deadline::in(longest);
  const auto lives = [](pid_t process) { return ::kill(process, 0) == 0; };
  while (std::any_of(processes.begin(), processes.end(), lives) && !deadline.expired()) ::usleep(kLook);
}

/// This session's process ends, which is what the server tells the client of; its child goes on.
void leave(pid_t server) {
  std::fflush(nullptr);
  // The end of the terminal's first process is told to all others there.
  std::signal(SIGHUP, SIG_IGN);
  const pid_t child = ::fork();
  if (child > 0) ::_exit(0);
  if (child < 0) return;  // the connection is broken off, then
  ::setsid();
  const UniqueFd nowhere(::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere.get(), stream);
  await_end({server}, kLeave);
}

}  // namespace

pid_t own_ssh_server() {
  pid_t process = ::getppid();
  while (process > 1 && !is_server(process)) process = parent_of(process);
  return process > 1 ? process : 0;
}

std::vector<pid_t> ssh_connections(std::optional<pid_t> listener) {
  std::vector<pid_t> found;
  DIR* const folder = ::opendir("/proc");
  if (folder == nullptr) return found;
  while (const dirent* entry = ::readdir(folder)) {
    const auto process = static_cast<pid_t>(whole_number(entry->d_name).value_or(0));
    if (process > 0 && process != listener && is_server(process)) found.push_back(process);
  }
  ::closedir(folder);
  return found;
}

void SshConnection::end() noexcept {
  try {
    if (const pid_t server = own_ssh_server(); server != 0) leave(server);
    const std::vector<pid_t> others = ssh_connections(ssh_listener());
    for (const pid_t process : others) ::kill(process, SIGTERM);
    await_end(others, kBreakOff);
  } catch (const std::exception& error) {
    log_warning("{}", error.what());
  }
}

}  // namespace kboot
