#include "config/variables.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "config/setting_table.h"

namespace kboot {
namespace {

bool has_dot(std::string_view name) {
  return name.find('.') != std::string_view::npos;
}

// Not <cctype>: these must not depend on a locale.
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_name_start(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name_char(char c) {
  return is_name_start(c) || is_digit(c);
}

bool is_name_part(std::string_view part) {
  return !part.empty() && std::all_of(part.begin(), part.end(), is_name_char);
}

}  // namespace

std::string_view source_name(Source source) {
  switch (source) {
    case Source::built_in:
      return "built in";
    case Source::booted_system:
      return "booted system";
    case Source::kernel_command_line:
      return "kernel command line";
    case Source::typed:
      return "typed";
  }
  return "";
}

Diagnostic diagnostic_at(const Variable& variable, std::string message) {
  const std::string_view where = variable.where;
  const std::size_t colon = where.rfind(':');
  int line = 0;
  if (colon != std::string_view::npos) {
    const char* end = where.data() + where.size();
    const auto [stop, error] = std::from_chars(where.data() + colon + 1, end, line);
    if (error == std::errc() && stop == end)
      return {std::string(where.substr(0, colon)), line, std::move(message)};
  }
  return {std::string(where.empty() ? source_name(variable.source) : where), 0, std::move(message)};
}

const std::vector<std::string_view>& reserved_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const Setting& setting : setting_table())
      if (!has_dot(setting.name)) all.push_back(setting.name);
    return all;
  }();
  return names;
}

bool is_reserved(std::string_view name) {
  return has_dot(name) || find_setting(name) != nullptr;
}

bool is_new_reserved(std::string_view name) {
  const Setting* setting = find_setting(name);
  return setting != nullptr && setting->age == Setting::Age::young && !has_dot(name);
}

bool is_variable_name(std::string_view name) {
  if (name.empty() || !is_name_start(name.front())) return false;
  std::size_t dot = name.find('.');
  while (dot != std::string_view::npos) {
    if (!is_name_part(name.substr(0, dot))) return false;
    name.remove_prefix(dot + 1);
    dot = name.find('.');
  }
  return is_name_part(name);
}

bool is_label_name(std::string_view name) {
  return is_name_part(name) && is_lower(name.front()) && !is_reserved(name);
}

std::optional<NameValue> split_assignment(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || !is_variable_name(word.substr(0, equals))) return std::nullopt;
  return NameValue{std::string(word.substr(0, equals)), std::string(word.substr(equals + 1))};
}

void Variables::set(std::string name, Variable variable) {
  const auto [entry, is_new] = variables_.try_emplace(std::move(name));
  if (is_new || entry->second.source <= variable.source) entry->second = std::move(variable);
}

const Variable* Variables::find(std::string_view name) const {
  const auto entry = variables_.find(name);
  return entry == variables_.end() ? nullptr : &entry->second;
}

std::optional<std::string> Variables::value(std::string_view name) const {
  const Variable* variable = find(name);
  return variable == nullptr ? std::nullopt : std::optional(variable->value);
}

std::optional<std::string> Variables::label(std::string_view word) const {
  if (!is_label_name(word)) return std::nullopt;
  const Variable* variable = find(word);
  if (variable == nullptr || variable->value.empty()) return std::nullopt;
  // Most words of a kernel command line are for the kernel: reboot=efi is not to hide the command.
  const bool for_the_kernel =
      variable->source == Source::kernel_command_line && variable->value.find('/') == std::string::npos;
  return for_the_kernel ? std::nullopt : std::optional(variable->value);
}

std::vector<std::string> Variables::labels() const {
  std::vector<std::string> names;
  for (const auto& [name, variable] : variables_) {
    if (label(name)) names.push_back(name);
  }
  return names;
}

}  // namespace kboot
