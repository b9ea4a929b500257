#include "config/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/number.h"
#include "base/redact.h"
#include "base/text.h"

namespace kboot {
namespace {

/// A longer wait for a person or a disk is taken for a slip of the finger.
constexpr std::chrono::seconds kLongestWait = std::chrono::hours(24 * 7);

/// A person who has run no line for so long has gone.
constexpr std::chrono::seconds kHoldMax = std::chrono::hours(1);

/// Whoever wants more tries wants them without end.
constexpr unsigned kMostTries = 1000;

/// How much of a value a message shows.
constexpr std::size_t kShown = 60;

/// What `tries.store` says when the names of entries are to be counted in.
constexpr const char* kInNames = "bls";

constexpr std::array<std::pair<std::string_view, OnFail>, 5> kOnFail = {{{"retry", OnFail::retry},
                                                                         {"prompt", OnFail::prompt},
                                                                         {"reboot", OnFail::reboot},
                                                                         {"poweroff", OnFail::poweroff},
                                                                         {"shell", OnFail::shell}}};

/// Whether a value can only be meant as a line to boot: its first word is a path or a URL.
bool looks_like_line(std::string_view value) {
  const std::vector<std::string> words = split_blanks(value);
  if (words.empty()) return false;
  const std::string_view first = words.front();
  return first.front() == '/' || first.substr(0, 2) == "./" || first.substr(0, 3) == "../" ||
         first.find(":/") != std::string_view::npos;
}

/// A line to boot with arguments: no reserved variable of the original takes one.
bool is_certainly_label(std::string_view value) {
  return looks_like_line(value) && split_blanks(value).size() > 1;
}

/// An old kboot.conf's label whose name has become a setting's.
bool is_old_label(std::string_view name, const Variable& variable) {
  const bool from_file = variable.source == Source::built_in || variable.source == Source::booted_system;
  return from_file && is_new_reserved(name) && looks_like_line(variable.value);
}

/// `$ID$SALT$HASH` (crypt(5)), which also says what is in none, so that it can stand in a shadow(5) file.
bool is_password_hash(std::string_view value) {
  const auto is_foreign = [](char c) {
    return c <= ' ' || c > '~' || std::string_view(":;*!\\").find(c) != std::string_view::npos;
  };
  return value.starts_with('$') && std::count(value.begin(), value.end(), '$') >= 3 &&
         std::none_of(value.begin(), value.end(), is_foreign);
}

/// Reads variables one by one as the type asked for. A variable that is empty counts as unset, as in a shell.
class Reader {
 public:
  Reader(const Variables& variables, Diagnostics& diagnostics)
      : variables_(variables), diagnostics_(diagnostics) {}

  std::optional<std::string> text(std::string_view name) const {
    const Variable* variable = find(name);
    return variable == nullptr ? std::nullopt : std::optional(variable->value);
  }

  bool boolean(std::string_view name, bool safe) {
    const Variable* variable = find(name);
    if (variable == nullptr || is_old_label(name, *variable)) return false;
    if (variable->value == "true") return true;
    if (variable->value == "false") return false;
    invalid(name, *variable, fmt::format(R"(must be "true" or "false"; taken as "{}")", safe));
    return safe;
  }

  /// `$ID$SALT$HASH`, as `openssl passwd -6` makes it (crypt(5)). The value is in no message: it may be the
  /// password itself.
  std::optional<std::string> password_hash(std::string_view name) {
    const Variable* variable = find(name);
    if (variable == nullptr || is_old_label(name, *variable)) return std::nullopt;
    if (is_password_hash(variable->value)) return variable->value;
    diagnostics_.push_back(diagnostic_at(
        *variable,
        fmt::format("\"{}\" is not a crypt(3) hash like '$6$…$…' (in single quotes); ignored", name)));
    return std::nullopt;
  }

  /// Of a setting with two words, whether it is the second one.
  bool is_second(std::string_view name, std::string_view first, std::string_view second) {
    const Variable* variable = find(name);
    if (variable == nullptr || variable->value == first) return false;
    if (variable->value == second) return true;
    invalid(name, *variable, fmt::format(R"(must be "{0}" or "{1}"; taken as "{0}")", first, second));
    return false;
  }

  OnFail on_fail(bool restricted) {
    const Variable* variable = find("onfail");
    if (variable == nullptr || is_old_label("onfail", *variable)) return OnFail::retry;
    const auto known = std::find_if(kOnFail.begin(), kOnFail.end(),
                                    [&](const auto& one) { return one.first == variable->value; });
    if (known == kOnFail.end())
      invalid("onfail", *variable,
              R"(must be "retry", "prompt", "reboot", "poweroff" or "shell"; taken as "retry")");
    else if (known->second == OnFail::shell && restricted)
      invalid("onfail", *variable, R"(there is no shell where only labels run; taken as "retry")");
    else
      return known->second;
    return OnFail::retry;
  }

  std::optional<std::chrono::seconds> seconds(std::string_view name) {
    const Variable* variable = find(name);
    // check_names() says what is wrong with an old label, better.
    if (variable == nullptr || is_old_label(name, *variable)) return std::nullopt;
    unsigned value = 0;
    const char* end = variable->value.data() + variable->value.size();
    const auto [stop, error] = std::from_chars(variable->value.data(), end, value);
    if (error == std::errc() && stop == end && value <= kLongestWait.count()) {
      return std::chrono::seconds(value);
    }
    invalid(name, *variable, fmt::format("must be whole seconds, at most {}; ignored", kLongestWait.count()));
    return std::nullopt;
  }

  /// Nothing for `off`.
  std::optional<std::chrono::seconds> watchdog() {
    const Variable* variable = find("watchdog");
    if (variable == nullptr || is_old_label("watchdog", *variable) || variable->value == "off")
      return std::nullopt;
    constexpr std::uint64_t kLongest = 3600;
    const std::uint64_t value = whole_number(variable->value).value_or(0);
    if (value > 0 && value <= kLongest) return std::chrono::seconds(value);
    invalid("watchdog", *variable,
            fmt::format("must be off or whole seconds, at most {}; ignored", kLongest));
    return std::nullopt;
  }

  /// Meaningless without a place to count in; 0 is off.
  unsigned tries(const std::optional<std::string>& store) {
    const Variable* variable = find("tries");
    if (variable == nullptr || is_old_label("tries", *variable)) return 0;
    const auto value = whole_number(variable->value);
    if (!value || *value > kMostTries) {
      invalid("tries", *variable, fmt::format("must be a whole number, at most {}; ignored", kMostTries));
      return 0;
    }
    if (*value == 0 || (store && store != kInNames)) return static_cast<unsigned>(*value);
    diagnostics_.push_back(diagnostic_at(
        *variable, store ? R"("tries" is ignored: with "tries.store=bls" the names of entries say how often)"
                         : R"("tries" without "tries.store" is ignored)"));
    return 0;
  }

  /// Seconds until `default` runs: meaningless without one, and 0 is off.
  std::optional<std::chrono::seconds> countdown(std::string_view name, bool has_default) {
    const std::optional<std::chrono::seconds> wait = seconds(name);
    if (!wait || wait->count() == 0) return std::nullopt;
    if (has_default) return wait;
    diagnostics_.push_back(
        diagnostic_at(*find(name), fmt::format(R"("{}" without "default" is ignored)", name)));
    return std::nullopt;
  }

 private:
  const Variable* find(std::string_view name) const {
    const Variable* variable = variables_.find(name);
    return variable == nullptr || variable->value.empty() ? nullptr : variable;
  }

  void invalid(std::string_view name, const Variable& variable, std::string_view why) {
    diagnostics_.push_back(
        diagnostic_at(variable, fmt::format("invalid setting \"{}={}\", {}", name,
                                            printable_head(redact_line(variable.value), kShown), why)));
  }

  const Variables& variables_;
  Diagnostics& diagnostics_;
};

/// The reserved name that `name` is one edit away from, or nothing.
std::optional<std::string_view> meant_name(std::string_view name) {
  const auto& reserved = reserved_names();
  const auto meant = std::find_if(reserved.begin(), reserved.end(),
                                  [&](std::string_view known) { return edit_distance(name, known) == 1; });
  return meant == reserved.end() ? std::nullopt : std::optional(*meant);
}

}  // namespace

std::vector<std::string> choices(std::string_view default_line) {
  constexpr std::string_view kBar = " | ";
  std::vector<std::string> lines;
  while (!default_line.empty()) {
    const std::size_t bar = default_line.find(kBar);
    if (const std::string_view line = trim(default_line.substr(0, bar)); !line.empty())
      lines.emplace_back(line);
    default_line.remove_prefix(bar == std::string_view::npos ? default_line.size() : bar + kBar.size());
  }
  return lines;
}

bool counts_in_names(const Settings& settings) {
  return settings.tries_store == kInNames;
}

Settings read_settings(const Variables& variables, Diagnostics& diagnostics) {
  Reader reader(variables, diagnostics);
  Settings settings;
  settings.authorized_keys = reader.text("authorized_keys");
  settings.default_line = reader.text("default");
  settings.delay = reader.countdown("delay", settings.default_line.has_value());
  settings.timeout = reader.countdown("timeout", settings.default_line.has_value());
  settings.wait = reader.seconds("wait");
  if (!settings.wait) settings.wait = reader.seconds("rootdelay");
  settings.hold_max = reader.seconds("holdmax").value_or(kHoldMax);
  settings.initrd = reader.text("initrd");
  settings.message = reader.text("message");
  settings.no_proxy = reader.text("net.noproxy");
  settings.ntp = reader.text("net.ntp");
  settings.password = reader.password_hash("password");
  settings.proxy = reader.text("net.proxy");
  settings.root = reader.text("root");
  settings.tries_store = reader.text("tries.store");
  settings.tries = reader.tries(settings.tries_store);
  settings.watchdog = reader.watchdog();
  settings.ssh_host_keys = reader.text("ssh.hostkeys");
  settings.ssh_password = reader.password_hash("ssh.password");
  settings.handoff = reader.boolean("handoff", /*safe=*/false);
  settings.mount_rw = reader.boolean("mount_rw", /*safe=*/false);
  settings.restricted = reader.boolean("restricted", /*safe=*/true);
  settings.starts_with_menu = reader.is_second("console.start", "prompt", "menu");
  settings.auto_removable = reader.boolean("auto.removable", /*safe=*/false);
  settings.ssh_root_shell = reader.boolean("ssh.rootshell", /*safe=*/false);
  settings.on_fail = reader.on_fail(settings.restricted);
  return settings;
}

Diagnostics check_names(const Variables& variables) {
  Diagnostics diagnostics;
  for (const auto& [name, variable] : variables.all()) {
    if (is_old_label(name, variable)) {
      diagnostics.push_back(diagnostic_at(
          variable,
          fmt::format("\"{}\" is a setting, so it cannot be a label: give the label another name", name)));
    } else if (!is_reserved(name) && !is_certainly_label(variable.value)) {
      if (const auto meant = meant_name(name)) {
        diagnostics.push_back(
            diagnostic_at(variable, fmt::format(R"("{}" is no setting: is "{}" meant?)", name, *meant)));
      }
    }
  }
  return diagnostics;
}

}  // namespace kboot
