#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace kboot {

/// Where a variable's value came from. A later source wins over an earlier one.
enum class Source { built_in, booted_system, kernel_command_line, typed };

/// "built in", "booted system", "kernel command line", "typed".
std::string_view source_name(Source source);

struct Variable {
  std::string value;
  Source source = Source::typed;
  std::string where;  ///< `kboot.conf:3`, or empty when the source says it all
  bool operator==(const Variable&) const = default;
};

/// A diagnostic that points at where `variable` was set.
Diagnostic diagnostic_at(const Variable& variable, std::string message);

/// The names kboot keeps for itself: the original's nine, ours, and every name with a dot in it.
bool is_reserved(std::string_view name);
/// One of the reserved names that kboot-11 did not have (a file written for it may use one as a label).
bool is_new_reserved(std::string_view name);
/// All reserved names without a dot, sorted.
const std::vector<std::string_view>& reserved_names();

/// What may stand left of `=`: [A-Za-z_][A-Za-z0-9_]* with dots between such parts (`net.eth0`,
/// `net.eth0.5`).
bool is_variable_name(std::string_view name);
/// What may be typed as a label: [a-z][A-Za-z0-9_]*, not reserved.
bool is_label_name(std::string_view name);

/// A word of the form NAME=VALUE, NAME being a variable's; the value is as written.
struct NameValue {
  std::string name;
  std::string value;
};
std::optional<NameValue> split_assignment(std::string_view word);

/// The variables of a session: reserved ones (settings) and labels (lines to boot) live in one name space.
class Variables {
 public:
  /// Sets `name`, unless it has a value from a later source.
  void set(std::string name, Variable variable);
  const Variable* find(std::string_view name) const;
  /// The value, or nothing when unset.
  std::optional<std::string> value(std::string_view name) const;
  /// The line a label stands for: nothing when `word` is no label or its value is empty. A word of the kernel
  /// command line is one only with a path in it (`linux=/boot/vmlinuz`, not `console=ttyS0`).
  std::optional<std::string> label(std::string_view word) const;
  /// Names of all labels, sorted.
  std::vector<std::string> labels() const;
  const std::map<std::string, Variable, std::less<>>& all() const { return variables_; }

 private:
  std::map<std::string, Variable, std::less<>> variables_;
};

}  // namespace kboot
