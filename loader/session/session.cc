#include "loader/session/session.h"

#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/scope_exit.h"
#include "base/text.h"
#include "loader/boot/boot_plan.h"
#include "loader/session/booter.h"
#include "loader/session/device_boot.h"
#include "loader/session/entry_lines.h"
#include "loader/session/interpreter.h"
#include "loader/session/line.h"
#include "loader/session/published_root.h"
#include "loader/session/restriction.h"
#include "loader/session/setting_effects.h"
#include "loader/terminal/shown.h"

namespace kboot {

std::string directory_text(const Location& directory) {
  std::string text = printable(to_string(directory));
  if (std::holds_alternative<NfsPath>(directory) && !text.ends_with('/')) text += '/';
  return text;
}

std::string prompt_text(const Location& directory) {
  if (directory == Location(KbootPath{"/"})) return "kboot: ";
  return "kboot " + printable(to_string(directory)) + ": ";
}

/// Runs lines: kboot(8), LINES.
class Session::Lines {
 public:
  Lines(Session& session, Parts& parts) : session_(session), parts_(parts) {}

  Status run(std::string_view text);
  void plan_line(std::string_view text);
  void boot_line(std::string_view text);

 private:
  void run_parsed(const Line& line);
  void run_default();
  void run_choice(const std::string& choice);
  /// Boots, or says that there is nothing to boot: no command, no program.
  void boot_words(const Words& line, const std::string& origin);
  void run_target(const Target& target, const std::string& origin);
  void boot_target(const BootTarget& target, const std::string& origin);

  Session& session_;
  Parts& parts_;
};

/// What a session is made of. The later ones use those before them.
struct Session::Parts {
  Parts(Session& session, System of_session, Report& report_of_session, Place place, Mode mode)
      : system(of_session),
        report(report_of_session),
        state(place, mode),
        root(state, system.published, report),
        fetch_policy(state, system, report),
        shell(state, system, fetch_policy, report),
        booter(state, system, report),
        entries(state, system, report, booter, shell),
        interpreter(state, system, entries),
        restriction(state, system, report, interpreter),
        devices(state, system, report, booter, entries),
        effects({session, state, system, report, fetch_policy, booter}),
        lines(session, *this) {}

  System system;
  Report& report;
  SessionState state;
  PublishedRoot root;
  FetchPolicy fetch_policy;
  ShellBridge shell;
  Booter booter;
  EntryLines entries;
  Interpreter interpreter;
  Restriction restriction;
  DeviceBoot devices;
  SettingEffects effects;
  Lines lines;
  bool at_prompt = false;  ///< which can open the menu
  bool menu_asked_for = false;
};

Status Session::Lines::run(std::string_view text) {
  Interrupt::clear();
  if (Interrupt::session_ended()) return Status::failed;
  parts_.booter.begin_line();
  parts_.entries.begin_line();
  parts_.state.current_line = shown_line(text);
  try {
    run_parsed(parse_line(text, parts_.state.variables));
    if (Interrupt::session_ended()) throw Cancelled();
    return Status::done;
  } catch (const ProgramFailed& error) {
    // The program said itself what was wrong.
    if (parts_.report.style() == Report::Style::json)
      parts_.report.error(Shown::text(error.what()), parts_.state.current_line);
    return Status::failed;
  } catch (const UsageError& error) {
    parts_.report.error(Shown::text(describe(error)), parts_.state.current_line);
    return Status::usage;
  } catch (const std::exception& error) {
    const std::string message = describe(error);
    log_info("{}", message);
    parts_.report.error(Shown::text(message), parts_.state.current_line);
    return Status::failed;
  }
}

void Session::Lines::run_parsed(const Line& line) {
  if (std::holds_alternative<EmptyLine>(line)) return run_default();
  if (const auto* words = std::get_if<Words>(&line)) {
    const Target target = parts_.restriction.holds() ? parts_.restriction.allowed(*words)
                                                     : parts_.interpreter.interpret(words->words);
    return run_target(target, words->label ? "label " + *words->label : "typed");
  }
  if (parts_.restriction.holds()) Restriction::refuse();
  if (const auto* assignment = std::get_if<Assignment>(&line))
    return parts_.effects.assign(assignment->name, assignment->value);
  const std::string& command = std::get<ShellLine>(line).command;
  if (command.empty()) throw UsageError("usage: !COMMAND");
  parts_.shell.run_program(command);
}

void Session::Lines::run_default() {
  parts_.booter.boot_default([this](const std::string& choice) { run_choice(choice); });
}

void Session::Lines::run_choice(const std::string& choice) {
  const Line line = parse_line(choice, parts_.state.variables);
  const auto* words = std::get_if<Words>(&line);
  if (words == nullptr) fail("default={}: not a line that boots", shown_line(choice));
  const std::string origin = words->label ? "label " + *words->label : "default";
  if (!parts_.restriction.holds()) return run_target(parts_.interpreter.interpret(words->words), origin);
  with_noun("default", [&] { boot_words(*words, origin); });
}

void Session::Lines::boot_line(std::string_view text) {
  const Line line = parse_line(text, parts_.state.variables);
  if (std::holds_alternative<EmptyLine>(line)) {
    if (!parts_.state.settings.default_line) fail("there is no default to boot");
    return run_default();
  }
  const auto* words = std::get_if<Words>(&line);
  if (words == nullptr) fail("{}: not a line that boots", shown_line(text));
  boot_words(*words, words->label ? "label " + *words->label : "typed");
}

void Session::Lines::boot_words(const Words& line, const std::string& origin) {
  const auto target = parts_.interpreter.find_boot(line.words);
  if (!target) fail("{}: nothing to boot", shown(line.words[0]));
  boot_target(*target, origin);
}

void Session::Lines::run_target(const Target& target, const std::string& origin) {
  if (const auto* call = std::get_if<CommandCall>(&target))
    return call->command->run(session_, call->arguments);
  if (const auto* boot = std::get_if<BootTarget>(&target)) return boot_target(*boot, origin);
  const auto& shell = std::get<ShellCall>(target);
  if (shell.as_is) return parts_.shell.run_program(join(shell.words).substr(1));
  parts_.shell.run_words(shell.words);
}

void Session::Lines::boot_target(const BootTarget& target, const std::string& origin) {
  if (const auto* entry = std::get_if<EntryTarget>(&target)) return parts_.entries.boot(*entry);
  if (const auto* device = std::get_if<DeviceTarget>(&target))
    return parts_.devices.boot(device->device, device->words);
  const auto& kernel = std::get<KernelTarget>(target);
  std::optional<EntryTarget> entry;
  try {
    return parts_.booter.boot_kernel(kernel, origin);
  } catch (const std::exception& error) {
    // A URL tells nothing of what is behind it. Most are kernels', which are asked for once.
    if (is_caused_by<NotAKernel>(error)) entry = parts_.entries.find_configuration(kernel.words);
    if (!entry) throw;
  }
  parts_.entries.boot(*entry);
}

void Session::Lines::plan_line(std::string_view text) {
  const ScopeExit back([this, mode = parts_.state.mode] {
    parts_.state.mode = mode;
    parts_.system.resolver.set_access(parts_.state.access());
  });
  parts_.state.mode = Mode::dry_run;
  parts_.system.resolver.set_access(parts_.state.access());
  run_parsed(parse_line(text, parts_.state.variables));
}

Session::Session(System system, Report& report, Place place, Mode mode)
    : parts_(std::make_unique<Parts>(*this, system, report, place, mode)) {
  Resolver& resolver = system.resolver;
  resolver.set_on_note([&report](const std::string& message) { report.note(Shown::text(message)); });
  resolver.set_on_wait([&report, &keyboard = system.keyboard](const std::string& device) {
    report.note(show("waiting for {}, any key ends it", printable(device)));
    return keyboard.watch();
  });
  resolver.set_root_search(&parts_->root);
}

Session::~Session() {
  parts_->system.resolver.set_root_search(nullptr);
}

void Session::configure(Configuration configuration, FstabOf fstab_of) {
  parts_->effects.configure(std::move(configuration), fstab_of);
}

Status Session::run_line(std::string_view text) {
  return parts_->lines.run(text);
}

const Variables& Session::variables() const {
  return parts_->state.variables;
}

const Settings& Session::settings() const {
  return parts_->state.settings;
}

const Location& Session::directory() const {
  return parts_->state.directory;
}

Report& Session::report() {
  return parts_->report;
}

Resolver& Session::resolver() {
  return parts_->system.resolver;
}

Consoles& Session::consoles() {
  return parts_->system.consoles;
}

Network& Session::network() {
  return parts_->system.network;
}

Watchdog& Session::watchdog() {
  return parts_->system.watchdog;
}

SshServer& Session::ssh_server() {
  return parts_->system.ssh_server;
}

const Published& Session::published() const {
  return parts_->system.published;
}

const Ledger& Session::ledger() const {
  return parts_->system.ledger;
}

BootAttempts& Session::attempts() {
  return parts_->booter.attempts();
}

FirmwareBoot& Session::firmware_boot() {
  return parts_->system.firmware_boot;
}

History& Session::history() {
  return parts_->system.history;
}

ShellBridge& Session::shell() {
  return parts_->shell;
}

FetchPolicy& Session::fetch_policy() {
  return parts_->fetch_policy;
}

bool Session::restricted() const {
  return parts_->restriction.holds();
}

bool Session::dry_run() const {
  return parts_->state.dry_run();
}

bool Session::lost_race() const {
  return parts_->booter.lost_race();
}

bool Session::stays_locked() const {
  return parts_->entries.stays_locked();
}

const std::string& Session::current_line() const {
  return parts_->state.current_line;
}

Location Session::locate(std::string_view word) {
  return resolver().parse(word, directory());
}

void Session::change_directory(const Location& location) {
  const ResolvedFile file = resolver().resolve(location);
  if (file.kind != FileKind::directory) fail("not a directory");
  parts_->state.directory = file.location;
}

void Session::plan_line(std::string_view text) {
  parts_->lines.plan_line(text);
}

void Session::boot_line(std::string_view text) {
  parts_->lines.boot_line(text);
}

void Session::set_once(const std::string& label) {
  parts_->booter.set_once(label);
}

void Session::ask_for_menu() {
  if (!parts_->at_prompt) fail("menu: only a prompt on a terminal can open it");
  parts_->menu_asked_for = true;
}

bool Session::take_menu_request() {
  parts_->at_prompt = true;
  return std::exchange(parts_->menu_asked_for, false);
}

void Session::remember_entries(EntryList list) {
  parts_->state.shown_entries = std::move(list);
}

const std::optional<EntryList>& Session::shown_entries() const {
  return parts_->state.shown_entries;
}

void Session::assign(const std::string& name, const std::string& value) {
  parts_->effects.assign(name, value);
}

void Session::unlock() {
  parts_->restriction.lift();
}

}  // namespace kboot
