#include "loader/network/link_daemon.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/signal_fd.h"
#include "loader/network/link_supervisor.h"
#include "loader/network/log_sender.h"
#include "loader/network/network_settings.h"

namespace kboot {
namespace {

constexpr const char* kRun = "/run/kboot";

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

void run_link_daemon(const std::function<Variables()>& built_in) {
  const UniqueFd run = watch_run();
  // Their ends do not interrupt.
  const UniqueFd children = watch_signal(SIGCHLD);
  LinkEvents events;
  IpTools tools;
  LinkSupervisor supervisor(tools);
  LogSender log_sender;
  const NetworkSettings settings(built_in, kRun);
  for (;;) {
    const std::string text = settings.text();
    const NetworkPlan plan = plan_of_settings(text);
    if (plan.hostname) [[maybe_unused]]
      const int named = ::sethostname(plan.hostname->data(), plan.hostname->size());
    supervisor.set_plan(plan);
    log_sender.set_server(plan.syslog);
    const std::chrono::milliseconds wait = supervisor.step();
    settings.set_done(text);

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

}  // namespace kboot
