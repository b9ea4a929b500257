#include "loader/session.h"

#include <algorithm>
#include <csignal>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/scope_exit.h"
#include "base/text.h"
#include "config/network_plan.h"
#include "loader/boot_plan.h"
#include "loader/commands.h"
#include "loader/console_setup.h"
#include "loader/handover.h"
#include "loader/kernel_log.h"
#include "loader/network_wait.h"
#include "loader/shown.h"
#include "loader/ssh_server.h"

namespace kboot {
namespace {

constexpr std::string_view kRefused =
    "restricted: only labels as they are defined, help, status, reboot and poweroff; unlock asks for the "
    "password";

void append_new(std::vector<std::string>& list, const std::vector<std::string>& words) {
  for (const std::string& word : words)
    if (std::find(list.begin(), list.end(), word) == list.end()) list.push_back(word);
}

/// A word that can only be meant as a path: when there is no such file, there is nothing else it could be.
bool is_path_like(std::string_view word) {
  return word.find_first_of("/:") != std::string_view::npos;
}

/// Programs are for the shell; a file that merely has its x bit set (every file on a FAT has) is not.
bool is_program(const ResolvedFile& file, std::string_view head) {
  return file.executable && (head.starts_with("\x7f"
                                              "ELF") ||
                             head.starts_with("#!"));
}

}  // namespace

std::string directory_text(const Location& directory) {
  std::string text = printable(to_string(directory));
  if (std::holds_alternative<NfsPath>(directory) && !text.ends_with('/')) text += '/';
  return text;
}

std::string prompt_text(const Location& directory) {
  if (directory == Location(KbootPath{"/"})) return "kboot: ";
  return "kboot " + printable(to_string(directory)) + ": ";
}

Session::Session(System system, Report& report, Place place, Mode mode)
    : system_(system),
      report_(report),
      place_(place),
      mode_(mode),
      attempts_(system.resolver, report),
      entry_counter_(system.resolver.mounter(), system.booted_entry, report) {
  system_.resolver.set_await_network([this](const std::string& server) { await_network(server); });
  system_.resolver.set_before_fetch([this](const Url& url) { before_fetch(url); });
  system_.resolver.set_on_wait([this](const std::string& device) {
    report_.note(fmt::format("waiting for {}, any key ends it", printable(device)));
    return system_.keyboard.watch();
  });
}

void Session::configure(Configuration configuration, FstabOf fstab_of) {
  report_.notes(configuration.diagnostics);
  fstab_of_ = fstab_of;
  variables_ = std::move(configuration.variables);
  system_.resolver.set_booted_root(std::move(configuration.booted));
  apply_settings();
  Diagnostics diagnostics;
  read_network_plan(variables_, diagnostics);
  report_.notes(diagnostics);
  if (!changes_machine()) return;
  system_.network.configure(variables_);
  system_.watchdog.configure(settings_.watchdog);
  if (settings_.watchdog) report_.notes(watchdog_notes(system_.watchdog.state()));
}

bool Session::changes_machine() const {
  return place_ == Place::loader && mode_ == Mode::real;
}

void Session::apply_settings() {
  Diagnostics diagnostics;
  settings_ = read_settings(variables_, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics) {
    if (told_.insert(diagnostic.str()).second) report_.note(diagnostic.str());
  }
  BootedRoot booted = system_.resolver.booted_root();
  booted.device = settings_.root;
  booted.access = access();
  system_.resolver.set_booted_root(std::move(booted));
  system_.resolver.fetcher().set_proxy(settings_.proxy.value_or(""), settings_.no_proxy.value_or(""));
  system_.resolver.set_wait(settings_.wait.value_or(std::chrono::seconds(0)));
  if (place_ != Place::loader) return;
  attempts_.configure(settings_);
  entry_counter_.configure(settings_);
}

Status Session::run_line(std::string_view text) {
  Interrupt::clear();
  lost_race_ = false;
  current_line_ = shown_line(text);
  try {
    run_parsed(parse_line(text, variables_));
    return Status::done;
  } catch (const ProgramFailed& error) {
    // The program said itself what was wrong.
    if (report_.style() == Report::Style::json) report_.error(error.what(), current_line_);
    return Status::failed;
  } catch (const UsageError& error) {
    report_.error(describe(error), current_line_);
    return Status::usage;
  } catch (const std::exception& error) {
    const std::string message = describe(error);
    log_info("{}", message);
    report_.error(message, current_line_);
    return Status::failed;
  }
}

void Session::run_parsed(const Line& line) {
  if (std::holds_alternative<EmptyLine>(line)) return run_default();
  if (const auto* words = std::get_if<Words>(&line)) {
    if (restricted()) return run_restricted(*words);
    return run_words(*words, words->label ? "label " + *words->label : "typed");
  }
  if (restricted()) fail("{}", kRefused);
  if (const auto* assignment = std::get_if<Assignment>(&line))
    return assign(assignment->name, assignment->value);
  const std::string& command = std::get<ShellLine>(line).command;
  if (command.empty()) throw UsageError("usage: !COMMAND");
  run_program(command);
}

/// While it lives no other console boots. Throws Error when one does. One within another does nothing.
class Session::BootLock {
 public:
  explicit BootLock(Session& session) : session_(session) {
    if (session.place_ == Place::host || session.mode_ == Mode::dry_run || session.boot_lock_) return;
    const std::string& typed = session.current_line_;
    session.boot_lock_ = session.consoles().lock_boot(
        typed.empty() ? shown_line(session.settings_.default_line.value_or("")) : typed);
    session.lost_race_ = !session.boot_lock_;
    if (session.lost_race_) fail("{}", session.consoles().booting().value_or(BootUnderWay{}).str());
    owns_ = true;
  }
  ~BootLock() {
    if (owns_) session_.boot_lock_.reset();
  }
  BootLock(const BootLock&) = delete;
  BootLock& operator=(const BootLock&) = delete;

 private:
  Session& session_;
  bool owns_ = false;
};

void Session::run_default() {
  if (!settings_.default_line) return;
  // Nobody else boots between what is remembered and what is made of it.
  std::optional<BootLock> lock;
  if (attempts_.kept()) lock.emplace(*this);
  const BootAttempts::Chosen chosen = choose_default();
  std::vector<std::string> lines = chosen.lines;
  if (chosen.once) lines.insert(lines.begin(), *chosen.once);

  const ScopeExit back([this] {
    attempt_.clear();
    last_resort_ = false;
  });
  const auto boot_choice = [&](const std::string& choice) {
    attempt_ = choice;
    const Line line = parse_line(choice, variables_);
    const auto* words = std::get_if<Words>(&line);
    if (words == nullptr) fail("default={}: not a line that boots", shown_line(choice));
    const std::string origin = words->label ? "label " + *words->label : "default";
    if (!restricted()) return run_words(*words, origin);
    with_noun("default", [&] { boot_parsed(*words, origin); });
  };
  passed_over_ = false;
  try {
    return try_choices(lines, lock, boot_choice);
  } catch (const Cancelled&) {
    throw;
  } catch (const std::exception& error) {
    if (!passed_over_ || lost_race_) throw;
    report_.note(describe(error));
  }
  report_.note("nothing else can be booted: what was passed over is tried, too");
  last_resort_ = true;
  try_choices(lines, lock, boot_choice);
}

void Session::pass_over_used_up(const EntryFile& entry) {
  if (!entry_counter_.on() || attempt_.empty() || last_resort_ || !entry.name.used_up()) return;
  passed_over_ = true;
  fail("passed over, it was started {} times and did not report success", entry.name.count.done);
}

/// What of `default` is to be tried, and a label before that.
BootAttempts::Chosen Session::choose_default() {
  const std::vector<std::string> lines = choices(*settings_.default_line);
  BootAttempts::Chosen chosen = dry_run() ? attempts_.foresee(lines) : attempts_.choose(lines);
  if (!chosen.once) return chosen;
  if (is_label(*chosen.once)) {
    report_.note(fmt::format("{}: asked for, this once", *chosen.once));
  } else {
    report_.note(fmt::format("{}: asked for once, but no such label", *chosen.once));
    chosen.once.reset();
  }
  return chosen;
}

bool Session::is_label(const std::string& name) const {
  const auto value = variables_.value(name);
  return is_label_name(name) && value && !value->empty();
}

void Session::set_once(const std::string& label) {
  if (!label.empty() && !is_label(label)) fail("{}: no such label", shown(label));
  if (dry_run()) return;
  const BootLock lock(*this);
  attempts_.set_once(label);
}

/// Calls `boot` with one choice of a `default` after the other, until one does not fail. Throws what the last
/// one throws. The lock is taken, if it is not yet, and held while there is another choice.
void Session::try_choices(const std::vector<std::string>& lines, std::optional<BootLock>& lock,
                          const std::function<void(const std::string& choice)>& boot) {
  if (lines.size() > 1 && !lock) lock.emplace(*this);
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    try {
      return boot(lines[i]);
    } catch (const Cancelled&) {
      throw;
    } catch (const std::exception& error) {
      const std::string message = describe(error);
      log_warning("{}", message);
      report_.note(message);
      report_.note(fmt::format("trying the next: {}", shown_line(lines[i + 1])));
    }
  }
  lock.reset();  // the last one may be a shell
  if (!lines.empty()) boot(lines.back());
}

void Session::boot_line(std::string_view text) {
  const Line line = parse_line(text, variables_);
  if (std::holds_alternative<EmptyLine>(line)) {
    if (!settings_.default_line) fail("there is no default to boot");
    return run_default();
  }
  const auto* words = std::get_if<Words>(&line);
  if (words == nullptr) fail("{}: not a line that boots", shown_line(text));
  boot_parsed(*words, words->label ? "label " + *words->label : "typed");
}

/// Boots, or says that there is nothing to boot: no command, no program.
void Session::boot_parsed(const Words& line, const std::string& origin) {
  if (!try_boot(line.words, origin)) fail("{}: nothing to boot", shown(line.words[0]));
}

void Session::run_words(const Words& line, const std::string& origin) {
  const std::vector<std::string>& words = line.words;
  if (const Command* command = find_command(words[0]))
    return command->run(*this, {words.begin() + 1, words.end()});
  // A label may stand for `!cmd`, too.
  if (words[0].starts_with('!')) return run_program(join(words).substr(1));
  if (!try_boot(words, origin)) run_in_shell(words);
}

void Session::run_restricted(const Words& line) {
  if (line.label) {
    if (line.more_than_label || !try_boot(line.words, "label " + *line.label)) fail("{}", kRefused);
    return;
  }
  const Command* command = find_command(line.words[0]);
  if (command == nullptr || !command->when_restricted || line.words.size() > 1) fail("{}", kRefused);
  command->run(*this, {});
}

void Session::assign(const std::string& name, const std::string& value) {
  if (is_ssh_setting(name) && changes_machine()) require_in_time(*this, name);
  const Access before = access();
  variables_.set(name, {value, Source::typed, ""});
  apply_settings();
  // What paths need from here on is mounted anew, as it is to be from here on.
  if (access() != before) resolver().release();
  if (is_network_setting(name)) {
    Variables one;
    one.set(name, {value, Source::typed, ""});
    Diagnostics diagnostics;
    read_network_plan(one, diagnostics);
    report_.notes(diagnostics);
    if (changes_machine()) system_.network.set(name, value);
  }
  if (name == "watchdog" && changes_machine()) {
    system_.watchdog.set(settings_.watchdog);
    if (settings_.watchdog) report_.notes(watchdog_notes(system_.watchdog.state()));
  }
  if (is_ssh_setting(name) && changes_machine()) apply_ssh_setting(*this, name);
  if (is_console_setting(name) && changes_machine()) apply_console_setting(*this, name);
  if (name == "root" && fstab_of_ == FstabOf::booted_system) {
    Diagnostics diagnostics;
    reread_booted_fstab(system_.resolver, diagnostics);
    report_.notes(diagnostics);
  }
}

void Session::unlock() {
  if (!settings_.password) fail("no password is set: this machine stays restricted");
  const std::string password = system_.keyboard.ask_secret("Password: ");
  const bool right =
      system_.password_guard.check(password, *settings_.password, [this](std::chrono::seconds wait) {
        report_.note(fmt::format("wrong passwords were typed: this one is looked at in {} s", wait.count()));
      });
  if (!right) {
    log_warning("unlock: a wrong password");
    fail("wrong password");
  }
  log_info("unlocked");
  unlocked_ = true;
}

Location Session::locate(std::string_view word) {
  return resolver().parse(word, directory_);
}

void Session::change_directory(const Location& location) {
  const ResolvedFile file = resolver().resolve(location);
  if (file.kind != FileKind::directory) fail("not a directory");
  directory_ = file.location;
}

Access Session::access() const {
  return settings_.mount_rw && mode_ == Mode::real ? Access::read_write : Access::read_only;
}

void Session::plan_line(std::string_view text) {
  const ScopeExit back([this, mode = mode_] {
    mode_ = mode;
    resolver().set_access(access());
  });
  mode_ = Mode::dry_run;
  resolver().set_access(access());
  run_parsed(parse_line(text, variables_));
}

bool Session::try_boot(const std::vector<std::string>& words, const std::string& origin) {
  const std::string& first = words[0];
  const auto is_device = [this](std::string_view name) { return resolver().mounter().is_device(name); };
  const bool only_a_device = is_tag(first) || first.starts_with("/dev/");
  if (only_a_device && first.find(':') == std::string::npos) {
    if (const auto device = parse_device(first, is_device)) {
      boot_device(device->device, words);
      return true;
    }
  }

  const bool path_like = is_path_like(first);
  std::optional<ResolvedFile> file;
  bool is_entry = false;
  try {
    const Location location = locate(first);
    is_entry = find_entry(location, resolver()).has_value();
    if (!is_entry) file = resolver().find(location);
  } catch (const Cancelled&) {
    throw;
  } catch (const Error&) {
    // `ls` in a directory that cannot be read any more is still a command.
    if (path_like) std::throw_with_nested(Error(shown(first)));
  }

  if (is_entry) {
    boot_words(words, origin);
    return true;
  }
  if (!file) {
    if (const auto device = parse_device(first, is_device)) {
      boot_device(device->device, words);
      return true;
    }
    if (!path_like) return false;
    fail("{}: no such file or directory", shown(first));
  }
  if (std::holds_alternative<Url>(file->location)) {
    boot_words(words, origin);
    return true;
  }
  switch (file->kind) {
    case FileKind::directory:
      fail("{}: not a file", printable(first));
    case FileKind::block_device:
      boot_device(file->local_path, words);
      return true;
    case FileKind::other:
      fail("{}: not a regular file", printable(first));
    case FileKind::regular:
      break;
  }
  const UrlFacts facts = with_noun(printable(first), [&] { return resolver().probe(*file, kImageHead, {}); });
  if (probe_image(facts.head)) {
    boot_words(words, origin);
    return true;
  }
  if (!path_like || is_program(*file, facts.head)) return false;
  fail("{}: not a kernel: {}", printable(first), describe_contents(facts.head));
}

void Session::boot_words(const std::vector<std::string>& words, const std::string& origin) {
  const std::optional<EntryFile> entry = find_entry(locate(words[0]), resolver());
  BootPlan plan = entry ? make_entry_plan(*entry, words, origin)
                        : make_plan(parse_boot_words(words, defaults(), origin), resolver(), directory_);
  if (settings_.handoff) {
    add_handoff(plan, hand_keys(resolver().volumes().keys()));
    add_handoff(plan, hand_iscsi(plan.cmdline, resolver().initiator()));
    add_handoff(plan, hand_network(plan.cmdline, system_.network.links(), system_.network.nameservers()));
    if (place_ == Place::loader) add_handoff(plan, hand_log(read_kernel_log()));
  }
  boot(plan, entry);
}

BootPlan Session::make_entry_plan(const EntryFile& entry, const std::vector<std::string>& words,
                                  const std::string& origin) {
  return with_noun(shown(words[0]), [&] {
    pass_over_used_up(entry);
    Diagnostics diagnostics;
    const BlsEntry says = read_entry(entry, resolver(), diagnostics);
    report_.notes(diagnostics);
    return make_plan(boot_entry_of(entry, says, words, origin), resolver(), directory_);
  });
}

void Session::boot_device(const std::string& device, const std::vector<std::string>& words) {
  if (words.size() > 1)
    fail("{}: a device is booted by the configuration on it and takes no arguments", printable(device));
  with_noun(printable(device), [&] {
    const DeviceConfiguration found = read_device_configuration(device, system_.resolver);
    report_.notes(found.diagnostics);

    // The configuration's paths mean the file system it lies on: for the length of this boot that is the
    // booted system.
    const ScopeExit back([this, variables = variables_, settings = settings_, directory = directory_,
                          booted = resolver().booted_root()]() mutable noexcept {
      variables_ = std::move(variables);
      settings_ = std::move(settings);
      directory_ = std::move(directory);
      resolver().set_booted_root(std::move(booted));
    });
    variables_ = found.variables;
    directory_ = BootedPath{"/"};
    system_.resolver.set_booted_root(found.booted);
    Diagnostics diagnostics;
    const bool restricted = settings_.restricted;
    settings_ = read_settings(variables_, diagnostics);
    report_.notes(diagnostics);
    settings_.restricted = restricted;
    if (!settings_.default_line) fail("{} has no default=", found.file);

    std::optional<BootLock> lock;
    try_choices(choices(*settings_.default_line), lock, [&](const std::string& choice) {
      const Line line = parse_line(choice, variables_);
      const auto* entry = std::get_if<Words>(&line);
      if (entry == nullptr) fail("{}: default={}: not a line that boots", found.file, printable(choice));
      boot_words(entry->words, fmt::format("{}: {}", device, found.file));
    });
  });
}

void Session::await_network(const std::string& server) {
  if (place_ == Place::loader) kboot::await_network(system_.network, report_, server);
}

bool Session::reaches(const std::string& server) {
  return system_.network.usable() && system_.network.reaches(server);
}

void Session::before_fetch(const Url& url) {
  if (!settings_.proxy) await_network(url.host_name());
  if (url.insecure())
    return report_.warning(
        fmt::format("{}: insecure=true: nobody looks whether this is the right server", url.redacted()));
  if (url.scheme() != "https" || place_ == Place::host) return;
  std::vector<std::string> servers = split_blanks(settings_.ntp.value_or(""));
  for (const Link& link : system_.network.links())
    for (const auto& lease : {link.lease, link.lease6})
      if (lease) append_new(servers, split_blanks(lease->ntp));
  mend_clock(
      system_.clock, servers, [&] { return resolver().fetcher().server_time(url, {}); },
      [&](const std::string& message) { report_.note(message); },
      [&](const std::string& message) { report_.warning(message); });
}

void Session::boot(const BootPlan& plan, const std::optional<EntryFile>& entry) {
  if (mode_ == Mode::dry_run) {
    check_plan(plan, resolver());
    report_.plan(plan);
    return;
  }
  if (place_ == Place::host) fail("this is not the loader: only -n (show the plan) works here");
  const BootLock lock(*this);
  attempts_.prepare();
  entry_counter_.prepare(entry);
  hand_over(plan, system_, report_, [this] {
    attempts_.record(attempt_.empty() ? current_line_ : attempt_);
    entry_counter_.record();
    keep_log();
  });
}

/// The last thing before the next kernel: a boot that fails leaves nothing there.
void Session::keep_log() noexcept {
  const Interrupt::Ignored too_late;
  try {
    if (system_.persistent_log.is_there()) system_.persistent_log.write(kernel_log_text(read_kernel_log()));
  } catch (const std::exception& error) {
    log_line(LogLevel::warning, describe(error));
  }
}

std::optional<std::string> Session::local_copy(const std::string& word, const std::string& shell_directory) {
  try {
    const Location location = locate(word);
    // `grep tty1:/bin /etc/inittab` is not to wait for a network.
    const auto* server = std::get_if<NfsPath>(&location);
    if (server != nullptr && !reaches(server->host)) return std::nullopt;
    const std::optional<ResolvedFile> file = resolver().find(location);
    if (!file) return std::nullopt;
    if (!std::holds_alternative<Url>(file->location)) {
      // The shell runs in this directory and finds its files itself: `ip addr show dev eth0` is not about
      // /dev.
      return file->local_path == shell_directory + "/" + word ? std::nullopt
                                                              : std::optional(file->local_path);
    }
    if (mode_ == Mode::dry_run) return word;
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

std::string Session::download(const ResolvedFile& url) {
  const UniqueFd contents = resolver().open(url, report_.fetch_options(url.path));
  report_.finish_progress();
  return keep_download(contents.get(), std::get<Url>(url.location).file_name());
}

void Session::run_in_shell(const std::vector<std::string>& words) {
  std::string directory = resolver().resolve(directory_).local_path;
  if (directory == "/") directory.clear();
  run_program(
      translate_for_shell(join(words), [&](const std::string& word) { return local_copy(word, directory); }));
}

void Session::run_program(const std::string& command_line) {
  if (mode_ == Mode::dry_run) return report_.shell(command_line, current_line_);

  const ResolvedFile directory = resolver().resolve(directory_);
  const int status = system_.shell.run(command_line, directory.local_path);
  program_ended(command_line, status);
}

void Session::run_last_program(const std::string& command_line) {
  if (changes_machine()) system_.connection.end();
  run_program(command_line);
}

void Session::run_in_booted_system(const std::string& line) {
  const std::string command_line = line.empty() ? "chroot" : "chroot " + line;
  if (mode_ == Mode::dry_run) return report_.shell(command_line, current_line_);
  if (place_ == Place::host) fail("this is not the loader: only -n works here");

  const std::vector<BootedFileSystem> mounted = resolver().mount_booted_system();
  for (const BootedFileSystem& one : mounted) {
    if (one.directory.empty())
      report_.note(fmt::format("{}: not there: {}", printable(one.target), one.failure));
  }
  const Access access = resolver().booted_root().access;
  if (access == Access::read_only)
    report_.note("the booted system is read-only here; mount_rw=true makes it writable");
  program_ended(command_line, system_.shell.run_in_tree(chroot_tree(mounted, access), line));
}

void Session::program_ended(const std::string& command_line, int status) {
  // The terminal shows ^C where the cursor was: the prompt begins a line of its own.
  if (status == 128 + SIGINT) report_.note("");
  if (status != 0)
    throw ProgramFailed(fmt::format("{}: ended with status {}", printable(command_line), status));
}

}  // namespace kboot
