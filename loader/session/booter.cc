#include "loader/session/booter.h"

#include <chrono>
#include <utility>

#include <unistd.h>

#include "base/interrupt.h"
#include "base/kernel_log.h"
#include "base/log.h"
#include "base/scope_exit.h"
#include "base/text.h"
#include "loader/boot/plan_json.h"
#include "loader/session/clearance.h"
#include "loader/terminal/shown.h"

namespace kboot {
namespace {

/// So long a device is waited for that `default` names or leads to.
constexpr std::chrono::seconds kConfiguredWait{10};

/// For what other consoles are just mounting or opening.
constexpr std::chrono::milliseconds kPatience{3000};

/// Stages the plan, loads it, and gives the machine to it. The order matters: the staged files are
/// closed before their file systems are unmounted (else EBUSY), other consoles hold nothing any more that the
/// next kernel would find half done, the network is up until the last byte is staged, ssh clients have gone
/// before it is down, and it is down before the next kernel owns the memory.
/// Does not return but by Error or Cancelled; until the load is done nothing is changed and the prompt can go
/// on. `before_start` is called when nothing is mounted any more and the boot cannot be stopped.
void hand_over(const BootPlan& plan, const System& system, Report& report,
               const std::function<void()>& before_start) {
  {
    const KernelImage image =
        stage(plan, system.resolver, [&](const std::string& name) { return report.fetch_options(name); });
    Interrupt::throw_if_requested();
    report.finish_progress();
    report.note(
        show("booting {}{}", shown(plan.kernel.as_written),
             image.facts.version.empty() ? "" : ", Linux " + split_blanks(image.facts.version).front()));
    log_info("booting {}, command line: {}", shown(plan.kernel.as_written),
             printable(shown_line(plan.cmdline)));
    try {
      system.kexec.load(image);
    } catch (const Error&) {
      require_readable_kernel(plan, image);
      throw;
    }
  }
  // Whoever stops it from here on would find a machine without disks and network.
  Interrupt::throw_if_requested();
  const Interrupt::Ignored committed;
  system.consoles.commit_boot();
  system.connection.end();
  const Ledger::Closed closed(system.ledger, kPatience);
  system.resolver.release();
  Clearance clearance(system.ledger, system.resolver, system.trees);
  clearance.clear();
  before_start();
  ::sync();
  clearance.make_clean();
  system.resolver.initiator().drop_all();
  system.network.down();
  system.kexec.execute();
}

}  // namespace

/// While it lives no other console boots. Throws Error when one does. One within another does nothing.
class Booter::Lock {
 public:
  explicit Lock(Booter& booter) : booter_(booter) {
    const SessionState& state = booter.state_;
    if (!state.changes_machine() || booter.locked_) return;
    Consoles& consoles = booter.system_.consoles;
    const std::string& typed = state.current_line;
    booter.locked_ =
        consoles.lock_boot(typed.empty() ? shown_line(state.settings.default_line.value_or("")) : typed);
    booter.lost_race_ = !booter.locked_;
    if (booter.lost_race_) fail("{}", consoles.booting().value_or(BootUnderWay{}).str());
    owns_ = true;
  }
  ~Lock() {
    if (owns_) booter_.locked_.reset();
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Booter& booter_;
  bool owns_ = false;
};

Booter::Booter(const SessionState& state, const System& system, Report& report)
    : state_(state),
      system_(system),
      report_(report),
      attempts_(system.resolver, report),
      entry_counter_(system.resolver.mounter(), system.booted_entry, report) {}

void Booter::configure() {
  if (state_.place != Place::loader) return;
  attempts_.configure(state_.settings);
  entry_counter_.configure(state_.settings);
}

void Booter::boot_default(const BootChoice& boot) {
  if (!state_.settings.default_line) return;
  if (run_) fail("default={}: boots itself", shown_line(run_->choice));
  // Nobody else boots between what is remembered and what is made of it.
  std::optional<Lock> lock;
  if (attempts_.kept()) lock.emplace(*this);
  const BootAttempts::Chosen chosen = choose_default();
  std::vector<std::string> lines = chosen.lines;
  if (chosen.once) lines.insert(lines.begin(), *chosen.once);

  const ScopeExit back([this] {
    run_.reset();
    system_.resolver.set_wait(state_.settings.wait.value_or(std::chrono::seconds(0)));
  });
  // What was configured will come: slow disks are waited for, though nobody said how long.
  if (state_.changes_machine()) system_.resolver.set_wait(state_.settings.wait.value_or(kConfiguredWait));
  run_.emplace();
  const auto boot_choice = [&](const std::string& choice) {
    run_->choice = choice;
    boot(choice);
  };
  try {
    return try_choices(lines, lock, boot_choice);
  } catch (const Cancelled&) {
    throw;
  } catch (const std::exception& error) {
    if (!run_->skipped || lost_race_) throw;
    report_.note(Shown::text(describe(error)));
  }
  report_.note("nothing else can be booted: what was passed over is tried, too");
  run_->last_resort = true;
  try_choices(lines, lock, boot_choice);
}

/// What of `default` is to be tried, and a label before that.
BootAttempts::Chosen Booter::choose_default() {
  const std::vector<std::string> lines = choices(*state_.settings.default_line);
  BootAttempts::Chosen chosen = state_.dry_run() ? attempts_.foresee(lines) : attempts_.choose(lines);
  if (!chosen.once) return chosen;
  if (state_.is_label(*chosen.once)) {
    report_.note(show("{}: asked for, this once", *chosen.once));
  } else {
    report_.note(show("{}: asked for once, but no such label", *chosen.once));
    chosen.once.reset();
  }
  return chosen;
}

void Booter::boot_first_of(const std::vector<std::string>& choices, const BootChoice& boot) {
  std::optional<Lock> lock;
  try_choices(choices, lock, boot);
}

/// The lock is taken, if it is not yet, and held while there is another choice.
void Booter::try_choices(const std::vector<std::string>& choices, std::optional<Lock>& lock,
                         const BootChoice& boot) {
  if (choices.size() > 1 && !lock) lock.emplace(*this);
  for (std::size_t i = 0; i + 1 < choices.size(); ++i) {
    try {
      return boot(choices[i]);
    } catch (const Cancelled&) {
      throw;
    } catch (const std::exception& error) {
      const std::string message = describe(error);
      log_warning("{}", message);
      report_.note(Shown::text(message));
      report_.note(show("trying the next: {}", shown_line(choices[i + 1])));
    }
  }
  lock.reset();  // the last one may be a shell
  if (!choices.empty()) boot(choices.back());
}

void Booter::set_once(const std::string& label) {
  if (!label.empty() && !state_.is_label(label)) fail("{}: no such label", shown(label));
  if (state_.dry_run()) return;
  const Lock lock(*this);
  attempts_.set_once(label);
}

void Booter::boot_kernel(const KernelTarget& kernel, const std::string& origin) {
  if (kernel.entry) return boot(plan_of_entry(*kernel.entry, kernel.words, origin), kernel.entry);
  Resolver& resolver = system_.resolver;
  BootDefaults with{state_.settings.root, state_.settings.initrd};
  // A root that was found is the root of the booted system's kernels, and of no others.
  if (!with.root && std::holds_alternative<BootedPath>(kernel.location))
    with.root = resolver.booted_root().device;
  const BootEntry entry = parse_boot_words(kernel.words, with, origin);
  boot(kernel.file ? make_plan(entry, *kernel.file, resolver, state_.directory)
                   : make_plan(entry, resolver, state_.directory),
       std::nullopt);
}

BootPlan Booter::plan_of_entry(const EntryFile& entry, const std::vector<std::string>& words,
                               const std::string& origin) {
  return with_noun(shown(words[0]), [&] {
    skip_used_up(entry);
    Diagnostics diagnostics;
    const BlsEntry says = read_entry(entry, system_.resolver, diagnostics);
    report_.notes(diagnostics);
    return make_plan(boot_entry_of(entry, says, words, origin), system_.resolver, state_.directory);
  });
}

void Booter::skip_used_up(const EntryFile& entry) {
  if (!entry_counter_.on() || !run_ || run_->last_resort || !entry.name.used_up()) return;
  run_->skipped = true;
  fail("passed over, it was started {} times and did not report success", entry.name.count.done);
}

void Booter::add_handoffs(BootPlan& plan) {
  if (!state_.settings.handoff) return;
  const bool here = state_.place == Place::loader;
  system_.handoffs.add_to(plan, system_.resolver, system_.network,
                          here ? read_kernel_log() : std::vector<KernelRecord>());
}

void Booter::boot(BootPlan plan, const std::optional<EntryFile>& entry) {
  add_handoffs(plan);
  if (state_.dry_run()) {
    check_plan(plan, system_.resolver);
    report_.result(plan_text(plan), plan_json(plan));
    return;
  }
  if (state_.place == Place::host) fail("this is not the loader: only -n (show the plan) works here");
  if (!plan.modules.empty())
    fail("a multiboot kernel with modules cannot be started yet, only its plan shown");
  const Lock lock(*this);
  attempts_.prepare();
  entry_counter_.prepare(entry);
  hand_over(plan, system_, report_, [this] {
    attempts_.record(run_ ? run_->choice : state_.current_line);
    entry_counter_.record();
    keep_log();
  });
}

/// The last thing before the next kernel: a boot that fails leaves nothing there.
void Booter::keep_log() noexcept {
  const Interrupt::Ignored too_late;
  try {
    if (system_.persistent_log.is_there()) system_.persistent_log.write(kernel_log_text(read_kernel_log()));
  } catch (const std::exception& error) {
    log_warning("{}", describe(error));
  }
}

}  // namespace kboot
