#include "loader/link_daemon.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/publish.h"
#include "base/signal_fd.h"
#include "config/kboot_conf.h"
#include "config/network_plan.h"
#include "loader/built_in.h"
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

NetworkPlan current_plan() {
  Diagnostics ignored;  // the sessions report them
  const bool published = ::access(kSettings, F_OK) == 0;
  return read_network_plan(published ? published_settings() : built_in_settings(), ignored);
}

UniqueFd watch_run() {
  UniqueFd fd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  // A link(2) creates, a rename(2) moves.
  if (!fd || ::inotify_add_watch(fd.get(), kRun, IN_CREATE | IN_MOVED_TO | IN_DELETE) < 0)
    fail_errno(errno, kRun);
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
  // Their ends do not interrupt.
  const UniqueFd children = watch_signal(SIGCHLD);
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
  publish_file(kSettings, network_settings_text(variables), Publish::if_new);
}

void publish_network_setting(const std::string& name, const std::string& value) {
  Variables variables = ::access(kSettings, F_OK) == 0 ? published_settings() : built_in_settings();
  variables.set(name, {value, Source::typed, ""});
  publish_file(kSettings, network_settings_text(variables), Publish::again);
}

}  // namespace kboot
