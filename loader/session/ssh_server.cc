#include "loader/session/ssh_server.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <sys/prctl.h>
#include <unistd.h>

#include "base/background.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/process.h"
#include "loader/session/session.h"
#include "loader/terminal/shown.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxKeys = std::size_t{1} << 20;  // bytes
constexpr unsigned kRetry = 10;                         // seconds

constexpr std::array kHostKeys = {"ssh_host_ed25519_key", "ssh_host_ecdsa_key", "ssh_host_rsa_key"};

void take_authorized_keys(Session& session, const std::string& word) {
  Resolver& resolver = session.resolver();
  const ResolvedFile file = resolver.resolve(session.locate(word));
  session.ssh_server().set_keys(read_file(resolver.open(file, {}).get(), kMaxKeys));
}

/// All that are there; throws what the last one throws when none is.
void take_host_keys(Session& session, const std::string& word) {
  Resolver& resolver = session.resolver();
  bool any = false;
  for (const char* name : kHostKeys) {
    try {
      const ResolvedFile file =
          resolver.resolve(session.locate(word + (word.ends_with('/') ? "" : "/") + name));
      session.ssh_server().set_host_key(name, read_file(resolver.open(file, {}).get(), kMaxKeys));
      any = true;
    } catch (const Cancelled&) {
      throw;
    } catch (const Error&) {
      if (!any && name == kHostKeys.back()) std::throw_with_nested(Error(name));
    }
  }
}

/// One setting that names files.
struct Step {
  std::string noun;
  std::string word;
  void (*take)(Session& session, const std::string& word);
};

/// In a process of its own, of which nothing shows on the terminal, and ^C there is not meant for it:
/// whatever cannot be had is tried again as long as the session lasts.
[[noreturn]] void fetch_unseen(Session& session, std::vector<Step> steps) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  go_to_background();
  const auto take = [&](const Step& step) {
    try {
      step.take(session, step.word);
      return true;
    } catch (const std::exception& error) {
      log_warning("{}: {}", step.noun, describe(error));
      return false;
    }
  };
  try {
    for (;;) {
      steps.erase(std::remove_if(steps.begin(), steps.end(), take), steps.end());
      session.ssh_server().let_start();
      if (steps.empty()) break;
      ::sleep(kRetry);
    }
  } catch (const std::exception& error) {
    log_warning("ssh server: {}", describe(error));
  }
  ::_exit(0);
}

}  // namespace

void SshFiles::require_in_time(Session& session, const std::string& name) {
  if (name == "ssh.rootshell") fail("{} counts in a kboot.conf only, which each login reads", name);
  if (name == "ssh.hostkeys" && session.ssh_server().runs())
    fail("{} comes too late: the ssh server runs, and its clients know it by another key", name);
}

void SshFiles::apply(Session& session, const std::string& name) {
  const Settings& settings = session.settings();
  with_noun(name, [&] {
    if (name == "ssh.password") return session.ssh_server().set_password(settings.ssh_password);
    if (name == "ssh.hostkeys" && settings.ssh_host_keys)
      return take_host_keys(session, *settings.ssh_host_keys);
    if (name != "authorized_keys") return;
    if (settings.authorized_keys) return take_authorized_keys(session, *settings.authorized_keys);
    session.ssh_server().set_keys(std::nullopt);
  });
}

void SshFiles::configure(Session& session) {
  const Settings& settings = session.settings();
  std::vector<Step> steps;
  if (const auto& word = settings.authorized_keys)
    steps.push_back({"authorized_keys=" + shown(*word), *word, take_authorized_keys});
  if (const auto& word = settings.ssh_host_keys)
    steps.push_back({"ssh.hostkeys=" + shown(*word), *word, take_host_keys});

  std::vector<Step> slow;
  const auto noted = [&](const std::string& noun, const std::function<void()>& action) {
    try {
      action();
    } catch (const std::exception& error) {
      session.report().note(show("{}: {}", noun, describe(error)));
    }
  };
  for (const Step& step : steps) {
    noted(step.noun, [&] {
      if (std::holds_alternative<Url>(session.locate(step.word))) return slow.push_back(step);
      step.take(session, step.word);
    });
  }
  noted("ssh server", [&] {
    if (settings.ssh_password) session.ssh_server().set_password(settings.ssh_password);
    if (slow.empty()) return session.ssh_server().let_start();
    if (fork_child("fork") == 0) fetch_unseen(session, std::move(slow));
  });
}

}  // namespace kboot
