// kboot: puts the real parts together and runs the lines it is given, or the prompt.

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <sys/prctl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/host_name.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/process.h"
#include "base/scope_exit.h"
#include "base/text.h"
#include "config/kernel_command_line.h"
#include "loader/console_setup.h"
#include "loader/credentials.h"
#include "loader/first_screen.h"
#include "loader/hold_process.h"
#include "loader/link_daemon.h"
#include "loader/options.h"
#include "loader/prompt.h"
#include "loader/session.h"
#include "loader/site_files.h"
#include "loader/ssh_server.h"
#include "loader/terminal_size.h"
#include "loader/watchdog_daemon.h"
#include "netfetch/curl_fetcher.h"
#include "pathfs/libmount_mounter.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxScript = std::size_t{1} << 20;
/// Made by initramfs/pack: where it is, kboot is the loader.
constexpr const char* kReleaseFile = "/etc/kboot-release";

/// What other consoles call this one: "ttyS0", "an ssh session from 10.0.0.2". dropbear sets SSH_CONNECTION
/// to "CLIENT PORT SERVER PORT".
std::string console_name() {
  if (const char* connection = std::getenv("SSH_CONNECTION")) {
    const std::vector<std::string> words = split_blanks(connection);
    return words.empty() ? "an ssh session" : "an ssh session from " + words[0];
  }
  const char* name = ::ttyname(STDIN_FILENO);
  if (name == nullptr) return "a script";
  constexpr std::string_view kDev = "/dev/";
  std::string_view console(name);
  if (console.starts_with(kDev)) console.remove_prefix(kDev.size());
  return std::string(console);
}

/// Whether this terminal is the machine's own screen and keyboard: tty1.
bool is_screen() {
  const std::string name = console_name();
  constexpr std::size_t kDigit = 3;
  return name.size() > kDigit && name.starts_with("tty") && name[kDigit] >= '0' && name[kDigit] <= '9';
}

/// Made by initramfs/pack from a site's files. On a host libcurl knows better where certificates are.
TlsFiles tls_files(Place place) {
  if (place == Place::host) return {};
  return {.authorities = "/etc/ssl/certs/ca-certificates.crt",
          .certificate = "/etc/ssl/client.crt",
          .key = "/etc/ssl/client.key"};
}

ConfigurationSources sources_for(const Options& options, Place place) {
  ConfigurationSources sources;
  sources.set = options.set;
  sources.must_exist = options.config.has_value();
  if (options.config) sources.kboot_conf = *options.config;
  if (options.fstab) sources.fstab = *options.fstab;
  if (place == Place::loader) {
    if (!sources.fstab) sources.fstab = "/etc/fstab";
    sources.kernel_command_line = read_file_if_there("/proc/cmdline", kMaxScript).value_or("");
    sources.copy_from_booted = !kernel_command_line_has(*sources.kernel_command_line, "kboot=local");
  } else if (!sources.fstab) {
    // On a running system `/boot/vmlinuz` is that file, with no mounting of what is mounted.
    sources.host_root = "/";
  }
  return sources;
}

/// The booted system's hosts go behind kboot's own, so that names mean here what they mean there.
void add_hosts(const std::string& hosts) {
  constexpr std::string_view kMark = "# copied by kboot from the booted system";
  const std::string own = read_file_if_there("/etc/hosts", kMaxScript).value_or("");
  if (hosts.empty() || own.find(kMark) != std::string::npos) return;
  std::FILE* file = std::fopen("/etc/hosts", "ae");
  if (file == nullptr) return;
  std::fprintf(file, "\n%s\n%s", std::string(kMark).c_str(), hosts.c_str());
  std::fclose(file);
}

void show_message(Session& session) {
  const auto show = [&](std::string_view text) {
    for (const std::string_view line : lines_of(text)) session.report().note(printable(line));
  };
  try {
    if (const auto& message = session.settings().message) {
      const ResolvedFile file = session.resolver().resolve(session.locate(*message));
      show(read_file(session.resolver().open(file, {}).get(), kMaxScript));
    } else if (const auto built_in = read_file_if_there("/etc/message", kMaxScript)) {
      show(*built_in);
    }
  } catch (const std::exception& error) {
    session.report().note(fmt::format("message: {}", describe(error)));
  }
}

Status run_lines(Session& session, const std::vector<std::string>& lines) {
  Status status = Status::done;
  for (const std::string& line : lines) status = session.run_line(line);
  return status;
}

/// ^C before the first prompt: the way in when the configuration is what is broken.
void recovery_shell(Session& session) {
  if (session.restricted()) return session.report().note("restricted: no shell");
  session.report().note("interrupted before the first prompt: a shell; exit goes on to the prompt");
  session.run_line("!sh -l");
}

/// The lines of a script or of standard input; `#` comments and empty lines are passed over.
std::vector<std::string> script_lines(std::string_view text) {
  std::vector<std::string> lines;
  for (const std::string_view one : lines_of(text)) {
    const std::string_view line = trim(one);
    if (!line.empty() && !line.starts_with('#')) lines.emplace_back(line);
  }
  return lines;
}

/// Lines of standard input, each run as soon as it is there.
Status run_standard_input(Session& session) {
  Status status = Status::done;
  // Nothing is read ahead: what follows may be a password that a line asks for.
  std::setvbuf(stdin, nullptr, _IONBF, 0);
  char* line = nullptr;
  std::size_t room = 0;
  for (ssize_t length = 0; (length = ::getline(&line, &room, stdin)) >= 0;) {
    for (const std::string& one : script_lines({line, static_cast<std::size_t>(length)}))
      status = session.run_line(one);
  }
  std::free(line);
  return status;
}

/// Set in that shell, where `kboot` is kboot.
constexpr const char* kShellMark = "KBOOT_SSH_SHELL";

/// Whether who has logged in as root is given a shell instead of the prompt.
bool may_have_shell(const Session& session) {
  const char* user = std::getenv("USER");  // dropbear sets it
  return session.settings().ssh_root_shell && !session.restricted() && user != nullptr &&
         user == std::string_view("root") && std::getenv(kShellMark) == nullptr;
}

/// The shell, as dropbear would start it; its status.
int root_shell(const std::vector<std::string>& lines) {
  std::vector<std::string> argv = {"/bin/sh", lines.empty() ? "-l" : "-c"};
  argv.insert(argv.end(), lines.begin(), lines.end());
  ::setenv(kShellMark, "true", 1);
  return run_in_foreground(argv, "/root");
}

int run(const Options& options) {
  const Place place = ::access(kReleaseFile, F_OK) == 0 ? Place::loader : Place::host;
  if (place == Place::loader) log_open();
  Interrupt::install();

  LibmountMounter mounter("/run/kboot/mnt");
  CurlFetcher fetcher(tls_files(place));
  ToolVolumes volumes(mounter);
  IscsiTool initiator(mounter);
  Resolver resolver(mounter, fetcher, volumes, initiator);
  LinuxKexec kexec;
  LinuxNetwork network;
  SshConnection connection;
  LinuxClock clock;
  SystemShell shell;
  Consoles consoles(place == Place::loader ? "/run/kboot" : "/nonexistent", console_name());
  TerminalKeyboard keyboard;
  const PasswordGuard password_guard("/run/kboot/wrong-passwords");
  History history(place == Place::loader ? "/run/kboot/history" : "");
  LinuxWatchdog watchdog;
  EfiBootedEntry booted_entry;
  Pmsg persistent_log;
  Dropbear ssh_server;
  Report report(stdout, stderr, options.json ? Report::Style::json : Report::Style::people);
  Session session({resolver, kexec, network, connection, clock, shell, consoles, keyboard, password_guard,
                   history, watchdog, booted_entry, persistent_log, ssh_server},
                  report, place, options.dry_run ? Mode::dry_run : Mode::real);

  // Before the mounter and the volumes go, each of which alone would find its things in use.
  const ScopeExit release([&] { resolver.release(); });

  const ConfigurationSources sources = sources_for(options, place);
  Configuration configuration = read_configuration(sources, resolver);
  if (place == Place::loader) add_hosts(configuration.hosts);
  const bool interrupted = configuration.interrupted || Interrupt::requested();
  session.configure(std::move(configuration), sources.copy_from_booted ? Session::FstabOf::booted_system
                                                                       : Session::FstabOf::configuration);
  // Not before: no passphrase is asked for, on each console, just to read a configuration.
  Credentials credentials(session, keyboard);
  volumes.set_dialogue(
      {[&](const std::string& node, int wrong) { return credentials.passphrase(node, wrong); },
       [&](const std::string& message) { report.note(message); }});
  initiator.set_dialogue(
      {[&] { return credentials.iscsi_name(); },
       [&](const std::string& target, int refused) { return credentials.iscsi_user(target, refused); }});

  using ProgressStyle = Report::ProgressStyle;
  const bool attended = options.lines.empty() && !options.script && ::isatty(STDIN_FILENO) != 0;
  if (attended || options.progress)
    report.set_progress_style(is_capable_terminal(STDERR_FILENO) ? ProgressStyle::redrawn
                                                                 : ProgressStyle::lines);
  const Terminal terminal = std::getenv("SSH_CONNECTION") == nullptr ? Terminal::console : Terminal::ssh;
  const bool shell_instead =
      place == Place::loader && terminal == Terminal::ssh && !options.script && may_have_shell(session);
  std::optional<HoldProcess> hold;
  if (place == Place::loader && terminal == Terminal::ssh && (!attended || shell_instead))
    hold.emplace(consoles, session.settings().hold_max, own_ssh_server());
  // A client that goes away ends its line as ^C would: nothing boots any more because of it.
  if (hold) ::prctl(PR_SET_PDEATHSIG, SIGINT);
  if (shell_instead) return root_shell(options.lines);
  if (!options.lines.empty()) return static_cast<int>(run_lines(session, options.lines));
  if (options.script) {
    return static_cast<int>(run_lines(session, script_lines(with_noun(*options.script, [&] {
                                        return read_file(open_for_reading(*options.script).get(), kMaxScript);
                                      }))));
  }
  if (!attended) return static_cast<int>(run_standard_input(session));
  if (place == Place::loader && terminal == Terminal::console) {
    configure_ssh_server(session);
    if (is_screen()) set_up_console(session);
    if (interrupted) recovery_shell(session);
  }
  FirstScreen first_screen(network, consoles);
  if (place == Place::loader)
    for (const std::string& line : first_screen.lines(host_name())) report.note(line);
  show_message(session);
  const Settings& settings = session.settings();
  const bool counts_down = terminal == Terminal::console && (settings.timeout || settings.delay);
  // A countdown has a line of its own.
  if (place == Place::loader && !counts_down) report.note(first_hint(settings, session.restricted()));
  // A console where nobody types must not keep another from mounting the booted system read-write.
  resolver.release();
  run_prompt(session, terminal, first_screen);
  return static_cast<int>(Status::done);
}

/// What init runs before anything reads a configuration. What goes wrong is told, and kboot comes up.
Status run_site(const std::string& device) {
  log_open();
  Interrupt::install();
  LibmountMounter mounter("/run/kboot/mnt");
  CurlFetcher fetcher(TlsFiles{});
  ToolVolumes volumes(mounter);
  IscsiTool initiator(mounter);
  Resolver resolver(mounter, fetcher, volumes, initiator);
  const ScopeExit release([&] { resolver.release(); });
  for (const Diagnostic& diagnostic : take_site_files(device, resolver, "")) {
    log_warning("{}", diagnostic.str());
    std::fprintf(stderr, "%s\n", diagnostic.str().c_str());
  }
  return Status::done;
}

/// What init runs in the background. Without a network in the kernel, say, there is nothing to do, for good.
[[noreturn]] int run_daemon(const char* name, void (*daemon)()) {
  log_open();
  try {
    daemon();
  } catch (const std::exception& error) {
    log_line(LogLevel::error, std::string(name) + ": " + describe(error));
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
    if (options.network) return run_daemon("network", run_link_daemon);
    if (options.watchdog) return run_daemon("watchdog", run_watchdog_daemon);
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
