#include "loader/link_daemon.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "config/kboot_conf.h"
#include "config/kernel_command_line.h"
#include "config/network_plan.h"
#include "loader/link_supervisor.h"
#include "loader/log_sender.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxFile = std::size_t{4} << 20;
constexpr const char* kRun = "/run/kboot";
/// The settings as kboot.conf, once a session has read the booted system's.
constexpr const char* kSettings = "/run/kboot/network.conf";

Variables published_settings() {
  Variables variables;
  if (const auto text = read_file_if_there(kSettings, kMaxFile))
    read_kboot_conf(*text, kSettings, Source::booted_system, variables);
  return variables;
}

Variables built_in_settings() {
  Variables variables;
  if (const auto text = read_file_if_there("/etc/kboot.conf", kMaxFile))
    read_kboot_conf(*text, "/etc/kboot.conf", Source::built_in, variables);
  read_kernel_command_line(read_file_if_there("/proc/cmdline", kMaxFile).value_or(""), variables);
  return variables;
}

NetworkPlan current_plan() {
  Diagnostics ignored;  // the sessions report them
  const bool published = ::access(kSettings, F_OK) == 0;
  return read_network_plan(published ? published_settings() : built_in_settings(), ignored);
}

/// Puts the settings in the file's place; only where there is none yet when `exclusive`.
void write_settings(const Variables& variables, bool exclusive) {
  const std::string fresh = std::string(kSettings) + "." + std::to_string(::getpid());
  const std::string text = network_settings_text(variables);
  {
    const UniqueFd fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!fd || ::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
      fail_errno(errno, kSettings);
  }
  const int result = exclusive ? ::link(fresh.c_str(), kSettings) : ::rename(fresh.c_str(), kSettings);
  const int err = errno;
  ::unlink(fresh.c_str());
  if (result != 0 && !(exclusive && err == EEXIST)) fail_errno(err, kSettings);
}

UniqueFd watch_run() {
  UniqueFd fd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  // A link(2) creates, a rename(2) moves.
  if (!fd || ::inotify_add_watch(fd.get(), kRun, IN_CREATE | IN_MOVED_TO | IN_DELETE) < 0)
    fail_errno(errno, kRun);
  return fd;
}

/// Children's ends become readable here instead of interrupting.
UniqueFd watch_children() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  UniqueFd fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) fail_errno(errno, "signalfd");
  return fd;
}

void drain(int fd) {
  std::array<char, 4096> buffer{};
  while (::read(fd, buffer.data(), buffer.size()) > 0) {
  }
}

}  // namespace

void run_link_daemon() {
  const UniqueFd run = watch_run();
  const UniqueFd children = watch_children();
  LinkEvents events;
  IpTools tools;
  LinkSupervisor supervisor(tools);
  LogSender log_sender;
  for (;;) {
    const NetworkPlan plan = current_plan();
    if (plan.hostname) [[maybe_unused]]
      const int named = ::sethostname(plan.hostname->data(), plan.hostname->size());
    supervisor.set_plan(plan);
    log_sender.set_server(plan.syslog);
    const std::chrono::milliseconds wait = supervisor.step();

    std::array<pollfd, 3> waits = {pollfd{run.get(), POLLIN, 0}, pollfd{children.get(), POLLIN, 0},
                                   pollfd{events.fd(), POLLIN, 0}};
    ::poll(waits.data(), waits.size(), static_cast<int>(wait.count()));
    drain(run.get());
    drain(children.get());
    for (int status = 0; true;) {
      const pid_t child = ::waitpid(-1, &status, WNOHANG);
      if (child <= 0) break;
      supervisor.child_ended(child);
      log_sender.child_ended(child);
    }
    bool changed = false;
    for (const RouterNews& news : events.read(changed)) supervisor.heard(news);
  }
}

void publish_network_settings(const Variables& variables) {
  write_settings(variables, /*exclusive=*/true);
}

void publish_network_setting(const std::string& name, const std::string& value) {
  Variables variables = ::access(kSettings, F_OK) == 0 ? published_settings() : built_in_settings();
  variables.set(name, {value, Source::typed, ""});
  write_settings(variables, /*exclusive=*/false);
}

}  // namespace kboot
