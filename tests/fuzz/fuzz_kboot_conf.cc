// kboot.conf, read as it comes from a disk that may hold anything, and the settings read from it.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"
#include "config/kboot_conf.h"
#include "config/kernel_command_line.h"
#include "config/settings.h"
#include "config/variables.h"
#include "require.h"

namespace {

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

void check_diagnostics(const kboot::Diagnostics& diagnostics, std::size_t most) {
  require(diagnostics.size() <= most, "few enough diagnostics");
  for (const kboot::Diagnostic& diagnostic : diagnostics) {
    const std::string shown = diagnostic.str();
    require(kboot::printable(shown) == shown, "a diagnostic is printable");
    require(shown.size() < 400, "a diagnostic fits a few lines of the screen");
  }
}

/// The value as somebody would write it into a kboot.conf.
std::string single_quoted(std::string_view value) {
  std::string text = "'";
  for (const char c : value) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  kboot::Variables variables;
  check_diagnostics(kboot::read_kboot_conf(text, "kboot.conf", kboot::Source::booted_system, variables), 21);

  std::string rewritten;
  bool fits = true;
  for (const auto& [name, variable] : variables.all()) {
    require(kboot::is_variable_name(name), "a name is a variable's");
    require(variable.value.size() <= kboot::kMaxConfLine, "a value is within its limit");
    for (const char c : variable.value) require(!is_control(c), "a value holds no control character");
    std::string line = name + "=" + single_quoted(variable.value) + "\n";
    fits = fits && line.size() <= kboot::kMaxConfLine;
    rewritten += line;
  }

  // What was understood, written down again, is understood the same.
  kboot::Variables again;
  const kboot::Diagnostics complaints =
      kboot::read_kboot_conf(rewritten, "kboot.conf", kboot::Source::booted_system, again);
  require(!fits || complaints.empty(), "a rewritten file is flawless");
  for (const auto& [name, variable] : variables.all()) {
    require(!fits || again.value(name) == variable.value, "a rewritten value is the same");
  }

  kboot::Diagnostics diagnostics;
  const kboot::Settings settings = kboot::read_settings(variables, diagnostics);
  require(settings.default_line || (!settings.timeout && !settings.delay), "no countdown without a default");
  require(!settings.initrd || !settings.initrd->empty(), "a global initrd is not empty");
  check_diagnostics(diagnostics, 8);
  check_diagnostics(kboot::check_names(variables), variables.all().size());

  // The same bytes as a kernel command line: a word that sets a variable is a word of the line.
  kboot::Variables words;
  kboot::read_kernel_command_line(text, words);
  for (const auto& [name, variable] : words.all()) {
    require(kboot::kernel_command_line_has(text, name + "=" + variable.value), "a word is found again");
  }
  return 0;
}
