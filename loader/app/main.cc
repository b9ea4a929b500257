// kboot: puts the real parts together and runs the lines it is given, or the prompt.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <sys/prctl.h>
#include <unistd.h>

#include "base/in_loader.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/scope_exit.h"
#include "loader/app/attend.h"
#include "loader/app/built_in.h"
#include "loader/app/console_name.h"
#include "loader/app/lines.h"
#include "loader/app/options.h"
#include "loader/app/parts.h"
#include "loader/app/real_paths.h"
#include "loader/app/root_shell.h"
#include "loader/app/sources.h"
#include "loader/commands/commands.h"
#include "loader/session/clearance.h"
#include "loader/session/credentials.h"
#include "loader/terminal/terminal_size.h"

namespace kboot {
namespace {

/// Made by initramfs/pack from a site's files. On a host libcurl knows better where certificates are.
TlsFiles tls_files(Place place) {
  if (place == Place::host) return {};
  return {.authorities = "/etc/ssl/certs/ca-certificates.crt",
          .certificate = "/etc/ssl/client.crt",
          .key = "/etc/ssl/client.key"};
}

int run(const Options& options) {
  const Place place = in_loader() ? Place::loader : Place::host;
  if (place == Place::loader) log_open();
  Interrupt::install();

  if (place == Place::loader && !options.devices.empty())
    throw UsageError("--device works on a host only: this is the loader");
  RealPaths paths(console_name(), options.devices, tls_files(place));
  Resolver& resolver = paths.resolver;
  LinuxKexec kexec;
  LinuxNetwork network(built_in_settings);
  SystemShell shell;
  Consoles consoles(place == Place::loader ? "/run/kboot" : "/nonexistent", console_name());
  const Published published = Published::of_this_machine();
  TerminalKeyboard keyboard;
  const PasswordGuard password_guard("/run/kboot/wrong-passwords");
  History history(place == Place::loader ? "/run/kboot/history" : "");
  const Parts parts = make_parts();
  Report report(stdout, stderr, options.json ? Report::Style::json : Report::Style::people);
  Session session({resolver,
                   kexec,
                   network,
                   *parts.connection,
                   *parts.clock,
                   shell,
                   *parts.trees,
                   consoles,
                   keyboard,
                   password_guard,
                   history,
                   *parts.watchdog,
                   *parts.booted_entry,
                   *parts.firmware_boot,
                   *parts.handoffs,
                   *parts.persistent_log,
                   *parts.ssh_server,
                   *parts.ssh_settings,
                   *paths.ledger,
                   published,
                   commands()},
                  report, place, options.dry_run ? Mode::dry_run : Mode::real);

  // Before the mounter and the volumes go, each of which alone would find its things in use.
  const ScopeExit release([&] {
    const Interrupt::Ignored ended;
    resolver.release();
  });

  if (place == Place::loader) Clearance(*paths.ledger, resolver, *parts.trees).clean_up();
  const ConfigurationSources sources = sources_for(options, place);
  Configuration configuration = read_configuration(sources, resolver);
  if (place == Place::loader) add_hosts(configuration.hosts);
  const bool interrupted = configuration.interrupted || Interrupt::requested();
  session.configure(std::move(configuration),
                    sources.copy_from_booted ? FstabOf::booted_system : FstabOf::configuration);
  // Not before: no passphrase is asked for, on each console, just to read a configuration.
  Credentials credentials(session, keyboard);
  paths.volumes->set_dialogue(
      {[&](const std::string& node, int wrong) { return credentials.passphrase(node, wrong); },
       [&](const std::string& message) { report.note(Shown::text(message)); }});
  paths.initiator->set_dialogue(
      {[&] { return credentials.iscsi_name(); },
       [&](const std::string& target, int refused) { return credentials.iscsi_user(target, refused); }});

  using ProgressStyle = Report::ProgressStyle;
  const bool attended = options.lines.empty() && !options.script && ::isatty(STDIN_FILENO) != 0;
  if (attended || options.progress)
    report.set_progress_style(is_capable_terminal(STDERR_FILENO) ? ProgressStyle::redrawn
                                                                 : ProgressStyle::lines);
  const bool ssh_session = place == Place::loader && over_ssh();
  const bool shell_instead = ssh_session && !options.script && may_have_shell(session);
  std::unique_ptr<Held> hold;
  if (ssh_session && (!attended || shell_instead)) hold = hold_for_ssh(consoles, session.settings().hold_max);
  // A client that goes away ends its session: nothing boots any more because of it.
  if (hold) ::prctl(PR_SET_PDEATHSIG, SIGHUP);
  if (shell_instead) return root_shell(options.lines);
  if (!options.lines.empty()) return static_cast<int>(run_lines(session, options.lines));
  if (options.script) return static_cast<int>(run_script(session, *options.script));
  if (!attended) return static_cast<int>(run_standard_input(session));
  attend(session, {place, over_ssh(), interrupted, options.devices.empty(), published,
                   make_prompt_parts(session), *parts.ssh_settings});
  return static_cast<int>(Status::done);
}

/// What init runs before anything reads a configuration. What goes wrong is told, and kboot comes up.
Status run_site(const std::string& device) {
  log_open();
  Interrupt::install();
  RealPaths paths("init", {}, TlsFiles{});
  const ScopeExit release([&] {
    const Interrupt::Ignored ended;
    paths.resolver.release();
  });
  for (const Diagnostic& diagnostic : take_site(device, paths.resolver)) {
    log_warning("{}", diagnostic.str());
    std::fprintf(stderr, "%s\n", diagnostic.str().c_str());
  }
  return Status::done;
}

/// What init runs in the background. Without a network in the kernel, say, there is nothing to do, for good.
[[noreturn]] int run_daemon(const char* name, Daemon daemon) {
  log_open();
  try {
    daemon(built_in_settings);
  } catch (const std::exception& error) {
    log_error("{}: {}", name, describe(error));
  }
  ::sleep(60);  // init starts it again
  std::exit(1);
}

}  // namespace
}  // namespace kboot

int main(int argc, char** argv) {
  using namespace kboot;
  try {
    const Options options = parse_options({argv + 1, argv + argc});
    if (options.help) return std::fputs(usage(), stdout) < 0 ? 1 : 0;
    if (options.version) return std::puts("kboot " KBOOT_VERSION) < 0 ? 1 : 0;
    if (options.discover) return run_daemon("discovery", daemons().discovery);
    if (options.network) return run_daemon("network", daemons().network);
    if (options.watchdog) return run_daemon("watchdog", daemons().watchdog);
    if (options.site) return static_cast<int>(run_site(*options.site));
    return run(options);
  } catch (const UsageError& error) {
    std::fprintf(stderr, "kboot: %s\n%s", error.what(), usage());
    return static_cast<int>(Status::usage);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kboot: %s\n", describe(error).c_str());
    return static_cast<int>(Status::failed);
  }
}
