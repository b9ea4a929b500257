#include "config/formats/grub/variables.h"

#include <utility>

namespace kboot {
namespace {

constexpr std::size_t kMaxValue = std::size_t{64} << 10;
constexpr std::size_t kMaxBytes = std::size_t{256} << 10;
constexpr std::size_t kBytesOfVariable = 64;

}  // namespace

const std::string& GrubVariables::get(std::string_view name) const {
  static const std::string empty;
  const auto found = variables_.find(name);
  return found == variables_.end() ? empty : found->second.value;
}

void GrubVariables::set(std::string_view name, std::string value) {
  // `root` is a device's name: GRUB takes the parentheses away.
  if (name == "root" && value.starts_with('(') && value.ends_with(')'))
    value = value.substr(1, value.size() - 2);
  if (value.size() > kMaxValue) value.resize(kMaxValue);
  if (bytes_ + kBytesOfVariable + name.size() + value.size() > kMaxBytes) return;
  Variable& variable = variable_named(name);
  bytes_ += value.size();
  bytes_ -= variable.value.size();
  variable.value = std::move(value);
}

GrubVariables::Variable& GrubVariables::variable_named(std::string_view name) {
  const auto [variable, created] = variables_.try_emplace(std::string(name));
  if (created) bytes_ += kBytesOfVariable + name.size();
  return variable->second;
}

void GrubVariables::unset(std::string_view name) {
  const auto found = variables_.find(name);
  if (found == variables_.end()) return;
  bytes_ -= kBytesOfVariable + name.size() + found->second.value.size();
  variables_.erase(found);
}

void GrubVariables::export_name(std::string_view name) {
  if (bytes_ + kBytesOfVariable + name.size() > kMaxBytes) return;
  variable_named(name).exported = true;
}

GrubVariables GrubVariables::child() const {
  GrubVariables result;
  for (const auto& [name, variable] : variables_)
    if (variable.exported) {
      result.variables_.emplace(name, variable);
      result.bytes_ += kBytesOfVariable + name.size() + variable.value.size();
    }
  return result;
}

std::map<std::string, std::string> GrubVariables::all() const {
  std::map<std::string, std::string> result;
  for (const auto& [name, variable] : variables_) result.emplace(name, variable.value);
  return result;
}

}  // namespace kboot
