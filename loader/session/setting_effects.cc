#include "loader/session/setting_effects.h"

#include <string_view>
#include <utility>

#include "config/network_plan.h"
#include "loader/session/console_setup.h"
#include "loader/session/ssh_server.h"
#include "loader/terminal/shown.h"

namespace kboot {
namespace {

using Parts = SettingEffects::Parts;

/// What follows from the variables of one kind.
struct Effect {
  bool (*is_for)(std::string_view name);
  /// One is about to be typed: throws when it comes too late. May be null.
  void (*before_typed)(const Parts& parts, const std::string& name);
  /// One was typed.
  void (*typed)(const Parts& parts, const std::string& name, const std::string& value);
  /// A configuration was read. May be null: what needs files follows when the prompt begins.
  void (*configured)(const Parts& parts);
};

void read_plan(const Parts& parts, const Variables& variables) {
  Diagnostics diagnostics;
  read_network_plan(variables, diagnostics);
  parts.report.notes(diagnostics);
}

void network_typed(const Parts& parts, const std::string& name, const std::string& value) {
  Variables one;
  one.set(name, {value, Source::typed, ""});
  read_plan(parts, one);
  if (parts.state.changes_machine()) parts.system.network.set(name, value);
}

void network_configured(const Parts& parts) {
  read_plan(parts, parts.state.variables);
  if (parts.state.changes_machine()) parts.system.network.configure(parts.state.variables);
}

bool is_watchdog(std::string_view name) {
  return name == "watchdog";
}

void note_watchdog(const Parts& parts) {
  if (parts.state.settings.watchdog) parts.report.notes(parts.system.watchdog.notes());
}

void watchdog_typed(const Parts& parts, const std::string& /*name*/, const std::string& /*value*/) {
  if (!parts.state.changes_machine()) return;
  parts.system.watchdog.set(parts.state.settings.watchdog);
  note_watchdog(parts);
}

void watchdog_configured(const Parts& parts) {
  if (!parts.state.changes_machine()) return;
  parts.system.watchdog.configure(parts.state.settings.watchdog);
  note_watchdog(parts);
}

void before_ssh_typed(const Parts& parts, const std::string& name) {
  if (parts.state.changes_machine()) parts.system.ssh_settings.require_in_time(parts.session, name);
}

void ssh_typed(const Parts& parts, const std::string& name, const std::string& /*value*/) {
  if (parts.state.changes_machine()) parts.system.ssh_settings.apply(parts.session, name);
}

void console_typed(const Parts& parts, const std::string& name, const std::string& /*value*/) {
  if (parts.state.changes_machine()) apply_console_setting(parts.session, name);
}

bool is_root(std::string_view name) {
  return name == "root";
}

void root_typed(const Parts& parts, const std::string& /*name*/, const std::string& /*value*/) {
  if (parts.state.fstab_of != FstabOf::booted_system) return;
  Diagnostics diagnostics;
  reread_booted_fstab(parts.system.resolver, diagnostics);
  parts.report.notes(diagnostics);
}

constexpr Effect kEffects[] = {
    {is_network_setting, nullptr, network_typed, network_configured},
    {is_watchdog, nullptr, watchdog_typed, watchdog_configured},
    {is_ssh_setting, before_ssh_typed, ssh_typed, nullptr},
    {is_console_setting, nullptr, console_typed, nullptr},
    {is_root, nullptr, root_typed, nullptr},
};

}  // namespace

void SettingEffects::configure(Configuration configuration, FstabOf fstab_of) {
  parts_.report.notes(configuration.diagnostics);
  parts_.state.fstab_of = fstab_of;
  parts_.state.variables = std::move(configuration.variables);
  parts_.system.resolver.set_booted_root(std::move(configuration.booted));
  apply_settings();
  for (const Effect& effect : kEffects)
    if (effect.configured != nullptr) effect.configured(parts_);
}

void SettingEffects::assign(const std::string& name, const std::string& value) {
  for (const Effect& effect : kEffects)
    if (effect.before_typed != nullptr && effect.is_for(name)) effect.before_typed(parts_, name);
  const Access before = parts_.state.access();
  parts_.state.variables.set(name, {value, Source::typed, ""});
  apply_settings();
  // What paths need from here on is mounted anew, as it is to be from here on.
  if (parts_.state.access() != before) parts_.system.resolver.release();
  for (const Effect& effect : kEffects)
    if (effect.is_for(name)) effect.typed(parts_, name, value);
}

void SettingEffects::apply_settings() {
  SessionState& state = parts_.state;
  Resolver& resolver = parts_.system.resolver;
  Diagnostics diagnostics;
  state.settings = read_settings(state.variables, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics)
    if (state.reported.insert(diagnostic.str()).second) parts_.report.note(Shown::text(diagnostic.str()));
  BootedRoot booted = resolver.booted_root();
  booted.device = state.settings.root ? state.settings.root : state.found_root;
  booted.access = state.access();
  resolver.set_booted_root(std::move(booted));
  parts_.fetch_policy.take_proxy();
  resolver.set_wait(state.settings.wait.value_or(std::chrono::seconds(0)));
  parts_.booter.configure();
}

}  // namespace kboot
