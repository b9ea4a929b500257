#include "config/formats/grub/lister.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/number.h"
#include "base/scope_exit.h"
#include "base/text.h"
#include "config/formats/grub/default.h"

namespace kboot {
namespace {

using Kind = SourceEntry::Kind;
using Type = GrubMenuItem::Type;

/// So much may one entry take; the loop of one leaves enough for all others.
constexpr std::uint64_t kEntrySteps = 5'000;
constexpr std::uint64_t kMenuSteps = 50'000;
/// What listing a line of a menu takes beside what it runs.
constexpr std::uint64_t kLineSteps = 50;

}  // namespace

/// Runs an item's commands in the machine's variables, no further than its share of the steps.
void GrubLister::run_body(const GrubMenuItem& item, std::uint64_t steps) {
  const std::uint64_t allowed = std::min(steps, steps_);
  machine_.allow(allowed);
  machine_.arguments = item.arguments;
  machine_.load = {};
  machine_.flow = GrubFlow::next;
  machine_.in_condition = false;
  machine_.menu = std::make_shared<GrubMenu>();
  machine_.at(item.file, item.line);
  try {
    machine_.spend(kLineSteps);
    machine_.spend_bytes(machine_.variables.bytes());
    machine_.run(*item.body);
  } catch (const GrubStop&) {
    // It was said; what came before counts.
  }
  machine_.flow = GrubFlow::next;
  steps_ -= allowed - machine_.steps();
}

SourceEntry GrubLister::made_entry(const GrubMenuItem& item) {
  GrubLoad& load = machine_.load;
  SourceEntry entry;
  entry.name = item.id;
  entry.title = item.title;
  entry.file = item.file;
  entry.line = item.line;
  entry.kind = load.kind;
  entry.kernel = std::move(load.kernel);
  entry.initrds = std::move(load.initrds);
  entry.modules = std::move(load.modules);
  entry.devicetree = std::move(load.devicetree);
  entry.cmdline = std::move(load.cmdline);
  entry.why = std::move(load.why);
  if (entry.kind == Kind::unbootable) return entry;
  const auto refuse = [&](std::string why) {
    entry.kind = Kind::unbootable;
    entry.why = std::move(why);
  };
  const KnownDevice* device = entry.kernel ? machine_.devices.find(entry.kernel->device) : nullptr;
  if (device != nullptr && device->type == "crypto_LUKS") {
    entry.kind = Kind::locked;
    entry.why = fmt::format("{} is encrypted", device->name);
  } else if (!entry.kernel)
    refuse("module without a kernel");
  else if (!load.not_found.empty() && machine_.files.kind_of(entry.kernel) != SourceReader::Kind::file)
    refuse(std::move(load.not_found));
  return entry;
}

GrubLister::Outcome GrubLister::run_entry(const GrubMenuItem& item, const GrubMenu& menu) {
  Outcome outcome;
  machine_.devices.set_loops(menu.loops);
  machine_.variables = menu.variables;
  machine_.variables.set("chosen", item.id.empty() ? item.title : item.id);
  machine_.variables.export_name("chosen");
  machine_.in_entry = true;
  run_body(item, kEntrySteps);
  machine_.in_entry = false;
  GrubLoad& load = machine_.load;
  if (!machine_.menu->items.empty()) {
    outcome.more = machine_.menu;
    outcome.more->variables = machine_.variables;
    outcome.more->loops = machine_.devices.loops();
  }
  if (load.boots) {
    outcome.entry = made_entry(item);
  } else if (load.menu) {
    if (machine_.menus_seen.insert(load.menu->str()).second) outcome.menu = std::move(load.menu);
    outcome.variables = std::move(load.menu_variables);
    outcome.loops = std::move(load.menu_loops);
  } else if (!load.leaves && !outcome.more) {
    machine_.complain(item.file, item.line,
                      fmt::format("\"{}\" starts nothing", printable_head(item.title, 80)));
  }
  return outcome;
}

GrubLister::Outcome GrubLister::evaluate(const GrubMenuItem& item, const GrubMenu& menu) {
  if (item.type == Type::entry) return run_entry(item, menu);
  Outcome outcome;
  if (item.type == Type::given) outcome.entry = item.entry;
  return outcome;
}

GrubLister::Default GrubLister::list_submenu(const GrubMenuItem& item, const GrubMenu& menu,
                                             const std::string& rest,
                                             const std::vector<std::string>& submenu) {
  machine_.devices.set_loops(menu.loops);
  machine_.variables = menu.variables.child();
  machine_.variables.unset("default");
  if (!rest.empty()) machine_.variables.set("default", rest);
  run_body(item, kMenuSteps);
  const std::shared_ptr<GrubMenu> inner = machine_.menu;
  inner->variables = machine_.variables;
  inner->loops = machine_.devices.loops();
  std::vector<std::string> titles = submenu;
  titles.push_back(item.title);
  return list(*inner, titles);
}

GrubLister::Default GrubLister::list_file(const GrubMenuItem& item, Outcome& outcome,
                                          const std::vector<std::string>& submenu) {
  machine_.devices.set_loops(std::move(outcome.loops));
  machine_.variables = std::move(outcome.variables);
  machine_.menu = std::make_shared<GrubMenu>();
  machine_.flow = GrubFlow::next;
  machine_.at(item.file, item.line);
  const std::uint64_t allowed = std::min(kMenuSteps, steps_);
  machine_.allow(allowed);
  try {
    machine_.show_menu(*outcome.menu);
  } catch (const GrubStop&) {
    // It was said; what came before counts.
  }
  steps_ -= allowed - machine_.steps();
  std::vector<std::string> titles = submenu;
  titles.push_back(item.title);
  const std::shared_ptr<GrubMenu> shown = machine_.menu;
  return list(*shown, titles);
}

GrubLister::Default GrubLister::emit(const GrubMenuItem& item, Outcome outcome, const GrubMenu& menu,
                                     const std::string& rest, const std::vector<std::string>& submenu) {
  Default result;
  if (item.type == Type::shown) return list(*item.menu, submenu);
  if (item.type == Type::submenu) return list_submenu(item, menu, rest, submenu);
  if (outcome.entry) {
    outcome.entry->submenu.insert(outcome.entry->submenu.begin(), submenu.begin(), submenu.end());
    result = source_.entries.size();
    source_.entries.push_back(std::move(*outcome.entry));
  }
  if (outcome.more) {
    const Default more = list(*outcome.more, submenu);
    if (!result) result = more;
  }
  if (outcome.menu) result = list_file(item, outcome, submenu);
  return result;
}

/// Whether GRUB would come as far as starting it, and not to the fallback.
bool GrubLister::is_usable(std::size_t entry) {
  const SourceEntry& made = source_.entries[entry];
  if (made.kind == Kind::unbootable) return false;
  return machine_.files.kind_of(made.kernel) == SourceReader::Kind::file;
}

/// Whether a bound ends the list before `item`, where it has so many entries and steps; then that is said.
bool GrubLister::is_over(const GrubMenuItem& item, std::size_t entries, std::uint64_t steps) {
  if (entries < kMaxGrubEntries && steps > 0) return false;
  machine_.cut(item.file, item.line,
               steps == 0 ? "too many steps" : fmt::format("more than {} entries", kMaxGrubEntries));
  return true;
}

std::optional<std::size_t> GrubLister::list(const GrubMenu& menu, const std::vector<std::string>& submenu) {
  if (submenu.size() >= kMaxGrubLevels || nesting_ >= kMaxGrubLevels) {
    machine_.complain(fmt::format("ended: more than {} levels", kMaxGrubLevels));
    return {};
  }
  ++nesting_;
  const ScopeExit back([&] { --nesting_; });
  const std::vector<GrubChoice> choices = grub_choices(menu, machine_);
  // All lines are evaluated before a menu below them is listed: a file that two lines lead to belongs to the
  // upper one.
  std::vector<Outcome> outcomes;
  std::size_t entries = source_.entries.size();
  for (const GrubMenuItem& item : menu.items) {
    if (is_over(item, entries, steps_)) break;
    outcomes.push_back(evaluate(item, menu));
    if (outcomes.back().entry) ++entries;
  }
  std::vector<Default> results;
  Default shown;
  for (std::size_t at = 0; at < outcomes.size(); ++at) {
    const bool runs = menu.items[at].type == Type::submenu || outcomes[at].menu;
    if ((runs || outcomes[at].entry) &&
        is_over(menu.items[at], source_.entries.size(), runs ? steps_ : kLineSteps))
      break;
    const auto chosen =
        std::find_if(choices.begin(), choices.end(), [&](const GrubChoice& each) { return each.item == at; });
    const std::string rest = chosen == choices.end() ? std::string() : chosen->rest;
    results.push_back(emit(menu.items[at], std::move(outcomes[at]), menu, rest, submenu));
    if (menu.items[at].type == Type::shown && results.back()) shown = results.back();
  }
  if (shown) return shown;
  Default first;
  for (const GrubChoice& each : choices) {
    const Default result = each.item < results.size() ? results[each.item] : std::nullopt;
    if (!result) continue;
    if (is_usable(*result)) return result;
    if (!first) first = result;
  }
  return first;
}

std::optional<unsigned> GrubLister::timeout(const GrubMenu& menu) const {
  constexpr std::uint64_t kLongest = 1'000'000;
  for (const GrubMenuItem& item : menu.items)
    if (item.type == Type::shown) return timeout(*item.menu);
  const std::string_view text = trim(menu.variables.get("timeout"));
  const std::string_view digits = text.substr(0, text.find_first_not_of("0123456789"));
  const auto seconds = digits.empty() ? std::nullopt : whole_number(digits);
  if (!seconds) return {};
  return static_cast<unsigned>(std::min(*seconds, kLongest));
}

}  // namespace kboot
