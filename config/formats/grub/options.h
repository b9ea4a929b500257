#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kboot {

/// An option of a GRUB command: `--fs-uuid`, `-u`.
struct GrubOption {
  enum class Value { none, optional, needed };
  std::string_view name;  ///< without `--`
  char letter = '\0';
  Value value = Value::none;
};

/// The words of a command, sorted out.
struct GrubArguments {
  /// What each option was given, by its long name; an empty text without a value. One that is repeated has
  /// all its values.
  std::multimap<std::string, std::string, std::less<>> options;
  std::vector<std::string> words;

  bool has(std::string_view option) const { return options.find(option) != options.end(); }
  /// The last value of an option; empty without it.
  std::string value(std::string_view option) const;
};

/// Sorts the words behind a command's name. Unknown options, and those that lack their value, are passed
/// over.
GrubArguments grub_arguments(const std::vector<std::string>& words, std::span<const GrubOption> known);

/// The words of a kernel's command line as GRUB hands them over: joined by blanks; one with blanks in it gets
/// quotes, and quotes and `\` get a `\`, but not the `\` of \xNN.
std::string grub_command_line(std::span<const std::string> words);

}  // namespace kboot
